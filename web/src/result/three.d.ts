/** What we use of three, which brings no types. */
declare module 'three' {
  export class Vector3 {
    x: number;
    y: number;
    z: number;
    constructor(x?: number, y?: number, z?: number);
    copy(other: Vector3): this;
    add(other: Vector3): this;
    sub(other: Vector3): this;
    setFromSpherical(spherical: Spherical): this;
  }
  export class Spherical {
    radius: number;
    phi: number;
    theta: number;
    setFromVector3(vector: Vector3): this;
    makeSafe(): this;
  }
  export class Sphere {
    readonly center: Vector3;
    readonly radius: number;
  }
  export class Box3 {
    setFromObject(object: Object3D): this;
    isEmpty(): boolean;
    getBoundingSphere(target: Sphere): Sphere;
  }
  export class Object3D {
    readonly position: Vector3;
    add(object: Object3D): this;
    traverse(visit: (object: Object3D & { readonly geometry?: Disposed; readonly material?: unknown }) => void): void;
  }
  export class Scene extends Object3D {
    environment: Texture | null;
  }
  export class PerspectiveCamera extends Object3D {
    aspect: number;
    near: number;
    far: number;
    constructor(fieldOfViewDegrees: number);
    updateProjectionMatrix(): void;
  }
  type Disposed = { dispose(): void };
  export type Texture = Disposed;
  export class LoadingManager {
    setURLModifier(modify: (url: string) => string): this;
  }
  export class TextureLoader {
    constructor(manager: LoadingManager);
  }
  export class PMREMGenerator {
    constructor(renderer: WebGLRenderer);
    fromScene(scene: Scene, sigma: number): { readonly texture: Texture } & Disposed;
    dispose(): void;
  }
  export const NeutralToneMapping: number;
  export class WebGLRenderer {
    toneMapping: number;
    constructor(options: { readonly canvas: HTMLCanvasElement; readonly antialias: boolean; readonly alpha: boolean });
    setPixelRatio(ratio: number): void;
    setSize(width: number, height: number, isStyled: boolean): void;
    render(scene: Scene, camera: PerspectiveCamera): void;
    dispose(): void;
    forceContextLoss(): void;
  }
}

declare module 'three/examples/jsm/controls/OrbitControls.js' {
  import type { PerspectiveCamera, Vector3 } from 'three';
  export class OrbitControls {
    readonly target: Vector3;
    enableZoom: boolean;
    enablePan: boolean;
    minDistance: number;
    maxDistance: number;
    constructor(camera: PerspectiveCamera, element: HTMLElement);
    addEventListener(type: 'change', listener: () => void): void;
    update(): boolean;
    dispose(): void;
  }
}

declare module 'three/examples/jsm/loaders/GLTFLoader.js' {
  import type { LoadingManager, Object3D, TextureLoader } from 'three';

  type Parser = { textureLoader: TextureLoader };
  export class GLTFLoader {
    constructor(manager: LoadingManager);
    register(plugin: (parser: Parser) => { readonly name: string }): this;
    parseAsync(data: ArrayBuffer, path: string): Promise<{ readonly scene: Object3D }>;
  }
}

declare module 'three/examples/jsm/loaders/OBJLoader.js' {
  import type { LoadingManager, Object3D } from 'three';
  export class OBJLoader {
    constructor(manager: LoadingManager);
    parse(text: string): Object3D;
  }
}

declare module 'three/examples/jsm/environments/RoomEnvironment.js' {
  import type { Scene } from 'three';
  export class RoomEnvironment extends Scene {}
}
