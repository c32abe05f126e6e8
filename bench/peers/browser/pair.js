// The pictures of a case, and our native program's result.

const bytes = async (url) => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: the server answers ${response.status}`);
  return response.arrayBuffer();
};

export async function pair(side, task) {
  const [first, second] = await Promise.all(["first", "second"].map((name) => bytes(`/cases/${side}/${name}.rgba`)));
  return { side, task, first: new Uint8Array(first), second: new Uint8Array(second) };
}

export const reference = async (side) => new Float32Array(await bytes(`/cases/${side}/f32.bin`));
