/** A 3D model on a canvas, drawn only when something changed: nothing moves by itself. */
import {
  Box3,
  LoadingManager,
  NeutralToneMapping,
  type Object3D,
  PerspectiveCamera,
  PMREMGenerator,
  Scene,
  Sphere,
  Spherical,
  TextureLoader,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
import { RoomEnvironment } from 'three/examples/jsm/environments/RoomEnvironment.js';
import { GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js';
import { OBJLoader } from 'three/examples/jsm/loaders/OBJLoader.js';

export type MeshFile = { readonly mediaType: string; readonly bytes: ArrayBuffer };

export type MeshStage = {
  /** By radians, to the right and down. */
  turn(right: number, down: number): void;
  /** Above 1 is closer. */
  zoom(factor: number): void;
  /** As it was seen first. */
  reset(): void;
  /** Gives back what the canvas holds of the graphics card. */
  dispose(): void;
};

const fieldOfViewDegrees = 40;
/** From above and a little from the side, so that depth is seen. */
const firstView = { theta: Math.PI / 6, phi: Math.PI / 2.6 };
/** Of the radius of what is shown. */
const distances = { nearest: 0.3, first: 3.2, farthest: 12 };
/** More pixels than that are not seen, and cost time. */
const largestPixelRatio = 2;

/** Rejects when the file cannot be read, or nothing in it can be seen. */
async function load({ mediaType, bytes }: MeshFile): Promise<Object3D> {
  // Whatever a file names outside itself is not asked for.
  const manager = new LoadingManager().setURLModifier((url) => {
    if (/^(blob|data):/.test(url)) return url;
    throw new Error('a file beside the model');
  });
  if (mediaType === 'model/obj') return new OBJLoader(manager).parse(new TextDecoder().decode(bytes));
  const loader = new GLTFLoader(manager).register((parser) => {
    // Its own way reads pictures by `fetch` from blob: addresses, which our policy does not let it.
    parser.textureLoader = new TextureLoader(manager);
    return { name: 'pictures' };
  });
  return (await loader.parseAsync(bytes, '')).scene;
}

/** What stands in the file decides its size; it is shown so that all of it fits. */
function boundsOf(object: Object3D): Sphere {
  const box = new Box3().setFromObject(object);
  const sphere = box.getBoundingSphere(new Sphere());
  if (box.isEmpty() || !(sphere.radius > 0) || !Number.isFinite(sphere.radius)) throw new Error('an empty model');
  return sphere;
}

function disposeOf(object: Object3D): void {
  object.traverse(({ geometry }) => geometry?.dispose());
}

export async function openMeshStage(canvas: HTMLCanvasElement, file: MeshFile): Promise<MeshStage> {
  const object = await load(file);
  const { center, radius } = boundsOf(object);
  const renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
  renderer.toneMapping = NeutralToneMapping;
  renderer.setPixelRatio(Math.min(devicePixelRatio, largestPixelRatio));
  const generator = new PMREMGenerator(renderer);
  const surroundings = generator.fromScene(new RoomEnvironment(), 0.04);
  generator.dispose();

  const scene = new Scene();
  scene.environment = surroundings.texture;
  scene.add(object);

  const camera = new PerspectiveCamera(fieldOfViewDegrees);
  camera.near = radius / 100;
  camera.far = radius * 100;
  const controls = new OrbitControls(camera, canvas);
  controls.target.copy(center);
  controls.enablePan = false;
  // The wheel scrolls the page unless the model has been chosen; a finger up or down does as well.
  controls.enableZoom = false;
  canvas.style.touchAction = 'pan-y';
  controls.minDistance = radius * distances.nearest;
  controls.maxDistance = radius * distances.farthest;

  let frame = 0;
  const draw = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => renderer.render(scene, camera));
  };
  const move = (change: (place: Spherical) => void) => {
    const place = new Spherical().setFromVector3(new Vector3().copy(camera.position).sub(center));
    change(place);
    camera.position.setFromSpherical(place.makeSafe()).add(center);
    controls.update();
    draw();
  };
  const reset = () => move((place) => Object.assign(place, firstView, { radius: radius * distances.first }));
  const fit = () => {
    const { clientWidth: width, clientHeight: height } = canvas;
    if (width === 0 || height === 0) return;
    renderer.setSize(width, height, false);
    camera.aspect = width / height;
    camera.updateProjectionMatrix();
    draw();
  };
  const end = new AbortController();
  const setChosen = (isChosen: boolean) => () => {
    controls.enableZoom = isChosen;
  };
  const stage = canvas.parentElement ?? canvas;
  stage.addEventListener('focusin', setChosen(true), end);
  stage.addEventListener('focusout', setChosen(false), end);
  controls.addEventListener('change', draw);
  const sizes = new ResizeObserver(fit);
  sizes.observe(canvas);
  camera.position.copy(center).add(new Vector3(0, 0, radius));
  reset();
  fit();

  return {
    turn: (right, down) =>
      move((place) => {
        place.theta -= right;
        place.phi -= down;
      }),
    zoom: (factor) =>
      move((place) => {
        place.radius /= factor;
      }),
    reset,
    dispose() {
      end.abort();
      sizes.disconnect();
      cancelAnimationFrame(frame);
      controls.dispose();
      disposeOf(object);
      surroundings.dispose();
      renderer.dispose();
      renderer.forceContextLoss();
    },
  };
}
