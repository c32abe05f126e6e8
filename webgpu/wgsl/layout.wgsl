// How a head of a window lies in memory as bytes, in vectors of sixteen: queries,
// keys, values, as the products want them. Of queries and keys a vector holds
// sixteen channels of a token, zeros behind the last channel; the tokens are side
// by side. Of values it holds a channel of sixteen tokens, and the channels are
// side by side: first every fourth one, so that lanes which compute four
// neighbouring channels each read neighbouring vectors.
//
// Which tokens a vector of values holds is the softmax's choice, since an integer
// sum may run in any order. There eight lanes have every eighth key each. Word
// 8m + t belongs to lane t and holds the tokens 32m + t + 8b, for b from 0 to 3.
//
// Scales follow that order: of each query, of each key, of each channel of v.
//
// HEAD_DIM is d, WINDOW is w.
const GROUPS = HEAD_DIM / 4u;
const AREA = WINDOW * WINDOW;
const UNITS = (HEAD_DIM + 15u) / 16u;                                      // of a token
const WORDS = (AREA / 32u * 8u + min(AREA % 32u, 8u) + 3u) / 4u * 4u;      // of a channel
const VALUES = 2u * UNITS * AREA;                                          // where they begin
const HEAD = VALUES + WORDS / 4u * HEAD_DIM;                               // vectors of a head
const SCALES = 2u * AREA + HEAD_DIM;                                       // of a head

// first_token is the first that a word of values holds; the others are 8, 16 and
// 24 after it.
fn first_token(word: u32) -> u32 {
    return word / 8u * 32u + word % 8u;
}
