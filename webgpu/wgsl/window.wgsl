// window_row is the token, counted over both streams, that comes i-th when the
// windows of the grid rolled by -shift are listed one after the other.
fn window_row(i: u32, tokens: u32, grid_h: u32, grid_w: u32, window: u32, shift: u32) -> u32 {
    let area = window * window;
    let across = grid_w / window;
    let stream = i / tokens;
    let inside = i % tokens;
    let w = inside / area;
    let t = inside % area;
    let r = ((w / across) * window + t / window + shift) % grid_h;
    let c = ((w % across) * window + t % window + shift) % grid_w;
    return stream * tokens + r * grid_w + c;
}
