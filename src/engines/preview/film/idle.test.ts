import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionIn, actions, type Idle, moveGrid, shiftAt } from './idle.ts';

const figure: Idle = {
  action: 'idle',
  footX: 0.4,
  footY: 0.9,
  tall: 0.6,
  isRooted: false,
  isHeld: false,
  side: 1,
  phase: 1,
  seconds: 4,
};
const frames = Array.from({ length: 96 }, (_, frame) => frame / 24);

/** Where the top of the figure and its feet are, as shares of the frame, relative to where they stand. */
function placesOf(idle: Idle, seconds: number) {
  const grid = {
    columns: 1,
    rows: 1,
    positions: Float64Array.of(idle.footX, idle.footY, idle.footX, idle.footY - idle.tall),
  };
  moveGrid(grid, idle, seconds);
  const [footX = 0, footY = 0, headX = 0, headY = 0] = grid.positions;
  // Positions say where a place of the frame is taken from: the picture moved the other way.
  return {
    footX: idle.footX - footX,
    footY: idle.footY - footY,
    headX: idle.footX - headX,
    headY: idle.footY - idle.tall - headY,
  };
}

test('verbs of two languages', () => {
  const table = {
    walk: '走在街上',
    run: 'she runs',
    jump: 'jumping high',
    dance: 'they dance',
    wave: '挥手',
    turn: 'turns around',
    float: 'hovering',
  };
  for (const [action, text] of Object.entries(table)) assert.equal(actionIn(text), action, text);
  assert.equal(actionIn('sits on a bench'), 'idle');
});

test('every movement is gentle and without a jerk', () => {
  for (const action of actions) {
    for (const isRooted of [false, true]) {
      const at = frames.map((seconds) => placesOf({ ...figure, action, isRooted, footY: isRooted ? 1 : 0.9 }, seconds));
      for (const [index, { footX, footY, headX, headY }] of at.entries()) {
        const far = Math.max(...[footX, footY, headX, headY].map(Math.abs));
        assert.ok(far < 0.065, `${action} ${far}`);
        if (isRooted) assert.ok(Math.abs(footY) < 1e-9, `${action} lifts what is rooted`);
        const [before, after] = [at[index - 1], at[index + 1]];
        if (before === undefined || after === undefined || action === 'jump') continue;
        assert.ok(Math.abs(before.headX - 2 * headX + after.headX) < 0.003, action);
        assert.ok(Math.abs(before.headY - 2 * headY + after.headY) < 0.003, action);
      }
    }
  }
});

test('who walks gets on, who jumps comes down again, who is held stays', () => {
  const first = placesOf({ ...figure, action: 'walk' }, 0);
  const last = placesOf({ ...figure, action: 'walk' }, 4);
  assert.ok(last.footX - first.footX > 0.03);
  const heights = frames.map((seconds) => shiftAt({ ...figure, action: 'jump' }, seconds).y);
  assert.ok(Math.min(...heights) < -0.03 && Math.max(...heights) > -1e-9);
  assert.ok(Math.abs(placesOf({ ...figure, action: 'walk', isHeld: true }, 4).footX) < 0.01);
});
