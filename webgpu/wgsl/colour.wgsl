// The channels' mean and deviation in the pictures that backbones of this kind
// are trained on (ImageNet).
const MEAN = vec3<f32>(0.485, 0.456, 0.406);
const DEVIATION = vec3<f32>(0.229, 0.224, 0.225);
