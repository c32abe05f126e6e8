// Where the bias of a query and a key is in the table: that is indexed, not
// expanded. With b = r·(2w-1) + c for a token at (r, c), the entry of a pair is
// b_i - b_j + (w-1)·2w.
const TABLE_SIDE = 2u * WINDOW - 1u;

// query_place is what a query has of it, less key_place is the entry.
fn query_place(token: u32, head: u32) -> u32 {
    return key_place(token) + (WINDOW - 1u) * 2u * WINDOW + head * TABLE_SIDE * TABLE_SIDE;
}

fn key_place(token: u32) -> u32 {
    return (token / WINDOW) * TABLE_SIDE + token % WINDOW;
}
