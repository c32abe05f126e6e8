// dominance is what the two streams' prompts (of a source before this) say of a token of the
// grid: the difference of their logits, kept finite.
fn dominance(r: u32, c: u32) -> f32 {
    let token = r * p.grid_w + c;
    return prompt_logit(prompts[token]) - prompt_logit(prompts[p.tokens + token]);
}

fn prompt_logit(prompt: f32) -> f32 {
    let q = clamp(prompt, 1e-4, 1.0 - 1e-4);
    return logarithm(q) - logarithm(1.0 - q);
}
