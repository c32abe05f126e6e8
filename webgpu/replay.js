// Replays dispatches that webgpu/program.go wrote as numbers. From Go every call
// into JavaScript costs about a microsecond, and one that returns an object
// several; this loop makes a forward pass one call.
//
// A record is five words. A dispatch: [pipeline, bind group, x, y, z], the first
// two as indices into objects. A copy: [COPY, source, target, bytes, target offset],
// left out where there are no bytes.

const COPY = 0xffffffff;
const RECORD = 5;

// replay encodes the records first ≤ i < last and submits them. With a query set
// each dispatch gets a compute pass of its own, which writes its start and end
// at 2i and 2i+1.
function replay(device, objects, words, first, last, querySet) {
	const encoder = device.createCommandEncoder();
	let pass = null;
	let pipeline = -1;
	const end = () => {
		pass?.end();
		pass = null;
		pipeline = -1;
	};
	for (let i = first; i < last; i++) {
		const at = i * RECORD;
		if (words[at] === COPY) {
			if (words[at + 3] === 0) continue;
			end();
			encoder.copyBufferToBuffer(objects[words[at + 1]], 0, objects[words[at + 2]], words[at + 4], words[at + 3]);
			continue;
		}
		if (querySet) {
			end();
			pass = encoder.beginComputePass({
				timestampWrites: { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 },
			});
		}
		pass ??= encoder.beginComputePass();
		if (words[at] !== pipeline) {
			pipeline = words[at];
			pass.setPipeline(objects[pipeline]);
		}
		pass.setBindGroup(0, objects[words[at + 1]]);
		pass.dispatchWorkgroups(words[at + 2], words[at + 3], words[at + 4]);
	}
	end();
	device.queue.submit([encoder.finish()]);
}

globalThis.tcmoaReplay = replay;
