// item numbers the lanes of a dispatch of 256-lane workgroups, which has two
// axes where one would exceed the 65,535 workgroups that an axis may have.
fn item(group: vec3<u32>, groups: vec3<u32>, lane: u32) -> u32 {
    return (group.y * groups.x + group.x) * 256u + lane;
}
