/**
 * The part of isolated-vm that is used, typed here: the package is optional, and this project must compile without it.
 * @see https://github.com/laverdet/isolated-vm#api-documentation
 */

export interface Timed {
  readonly timeout: number;
}

/** A handle on a value inside an isolate, held by the child; never given to the isolate itself. */
export interface Reference {
  readonly typeof: string;
  derefInto(): unknown;
  get(property: string, options: { readonly reference: true }): Promise<Reference>;
  apply(receiver: undefined, parameters: readonly unknown[], options?: Timed): Promise<unknown>;
}

export interface Context {
  eval(code: string, options: { readonly reference: true } & Partial<Timed>): Promise<Reference>;
}

export interface Isolate {
  readonly isDisposed: boolean;
  createContext(): Promise<Context>;
  compileScript(code: string): Promise<{
    run(context: Context, options: { readonly reference: true } & Timed): Promise<Reference>;
  }>;
  dispose(): void;
}

export interface IsolatedVm {
  readonly Isolate: new (options: { readonly memoryLimit: number }) => Isolate;
}
