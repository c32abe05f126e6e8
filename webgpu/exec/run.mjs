// Runs a Go test binary under Node with navigator.gpu; node.sh sets it up.
// TCMOA_GPU=none runs without navigator.gpu.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

if (process.env.TCMOA_GPU !== 'none') {
	const { create, globals } = await import('webgpu');
	Object.assign(globalThis, globals);
	Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) }, configurable: true });
}

await import('../replay.js');
await import('../../core/cpu/kernel/wasm/node.js');
const { bindKernels, kernelsFile } = await import('../../core/cpu/kernel/wasm/kernels.js'); // the CPU backend's, which is the reference

const goroot = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim();
globalThis.require = createRequire(import.meta.url);
globalThis.fs = fs;
globalThis.path = path;
globalThis.require(path.join(goroot, 'lib/wasm/wasm_exec.js'));

const [, , binary, ...args] = process.argv;
const go = new globalThis.Go();
go.argv = [binary, ...args];
go.env = { TMPDIR: os.tmpdir(), ...process.env };
go.exit = (code) => {
	// Dawn's threads keep Node alive, and must not outlive the instance.
	delete globalThis.navigator;
	process.exit(code);
};
const attach = bindKernels(go.importObject);
const { instance } = await WebAssembly.instantiate(fs.readFileSync(binary), go.importObject);
await attach(fs.readFileSync(path.join(import.meta.dirname, '../../core/cpu/kernel/wasm', kernelsFile())), instance.exports.mem);
process.on('exit', (code) => {
	if (code === 0 && !go.exited) {
		// Nothing is pending, yet Go has not ended: let it print its deadlock.
		go._pendingEvent = { id: 0 };
		go._resume();
	}
});
await go.run(instance);
