/** The networks of the experiment and the ways to train them, as its tables name them and in words. */

export const networks = [
  { value: "vgg", label: "VGG-like" },
  { value: "resnet", label: "ResNet-like" },
  { value: "vit", label: "tiny ViT" },
] as const;

export const trained = [
  { value: "supervised", label: "labels" },
  { value: "simclr", label: "SimCLR" },
  { value: "barlow", label: "Barlow Twins" },
  { value: "byol", label: "BYOL" },
] as const;

export const methods = [{ value: "untrained", label: "untrained" }, ...trained] as const;
