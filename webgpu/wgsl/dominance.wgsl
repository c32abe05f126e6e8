// What the two streams' prompts say of a token of the grid: the difference of their
// logits, kept finite. The kernel has the prompts and, in p, the grid.
fn dominance(r: u32, c: u32) -> f32 {
    let token = r * p.grid_w + c;
    return prompt_logit(prompts[token]) - prompt_logit(prompts[p.tokens + token]);
}

fn prompt_logit(prompt: f32) -> f32 {
    let q = clamp(prompt, PROMPT_CLAMP, 1.0 - PROMPT_CLAMP);
    return logarithm(q) - logarithm(1.0 - q);
}
