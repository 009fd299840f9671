import { describe, expect, it } from 'vitest';
import * as c from './complex.ts';

const close = ({ re, im }: c.Complex, real: number, imaginary: number): void => {
  expect(re).toBeCloseTo(real, 12);
  expect(im).toBeCloseTo(imaginary, 12);
};
const z = c.complex(1, 2);

// The references are Python's cmath on 1+2j.
describe('complex arithmetic', () => {
  it('has the elementary functions on their principal branches', () => {
    close(c.exponential(z), -1.1312043837568135, 2.4717266720048188);
    close(c.logarithm(z), 0.8047189562170503, 1.1071487177940904);
    close(c.sine(z), 3.165778513216168, 1.9596010414216063);
    close(c.cosine(z), 2.0327230070196656, -3.0518977991518);
    close(c.hyperbolicSine(z), -0.4890562590412937, 1.4031192506220405);
    close(c.hyperbolicCosine(z), -0.64214812471552, 1.0686074213827783);
    close(c.arcsine(z), 0.42707858639247614, 1.5285709194809982);
    close(c.arccosine(z), 1.1437177404024206, -1.5285709194809982);
    close(c.arctangent(z), 1.3389725222944935, 0.4023594781085251);
    close(c.root(z, 2), 1.272019649514069, 0.7861513777574233);
    close(c.power(z, c.complex(3)), -11, -2);
    close(c.power(z, z), -0.22251715680177267, 0.10070913113607541);
    close(c.divide(z, c.complex(3, -1)), 0.1, 0.7);
  });

  it('takes the real odd root of a negative number', () => {
    close(c.root(c.complex(-8), 3), -2, 0);
  });

  it('has no value where there is none', () => {
    expect(c.divide(z, c.complex(0)).re).toBeNaN();
    expect(c.logarithm(c.complex(0)).re).toBeNaN();
    expect(c.power(c.complex(0), c.complex(0)).re).toBeNaN();
  });
});
