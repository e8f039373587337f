/** Lines of Python that save features: what is `images`, `loader`, `texts` stands for the reader's own. */
export interface Snippet {
  readonly slug: string;
  readonly name: string;
  /** What the lines take, and what a row and a column of the file are. */
  readonly about: string;
  readonly code: string;
}

export const snippets: readonly Snippet[] = [
  {
    slug: "timm",
    name: "PyTorch with timm",
    about:
      "“loader” gives batches of images and labels. With no classes the model ends at its pooled features: one row an image.",
    code: `import numpy as np, timm, torch

model = timm.create_model("resnet18", pretrained=True, num_classes=0).eval()
with torch.inference_mode():
    np.save("features.npy", torch.cat([model(x) for x, _ in loader]).numpy())`,
  },
  {
    slug: "pytorch",
    name: "PyTorch, any model",
    about:
      "“model.fc” is the last layer of a ResNet; in yours it may be “head” or “classifier”. What goes into it are the features: one row an image.",
    code: `import numpy as np, torch

model.fc = torch.nn.Identity()
with torch.inference_mode():
    np.save("features.npy", torch.cat([model.eval()(x) for x, _ in loader]).numpy())`,
  },
  {
    slug: "transformers",
    name: "Hugging Face transformers",
    about: "“batches” gives lists of texts. The mean over a text's tokens is its row.",
    code: `import numpy as np, torch
from transformers import AutoModel, AutoTokenizer

name = "sentence-transformers/all-MiniLM-L6-v2"
tokenizer, model, rows = AutoTokenizer.from_pretrained(name), AutoModel.from_pretrained(name).eval(), []
for texts in batches:
    tokens = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
    with torch.inference_mode():
        states, mask = model(**tokens).last_hidden_state, tokens["attention_mask"][..., None]
    rows.append((states * mask).sum(1) / mask.sum(1))
np.save("features.npy", torch.cat(rows).numpy())`,
  },
  {
    slug: "keras",
    name: "Keras",
    about:
      "“images” is an array. Without its top the model ends at its features, pooled over positions: one row an image.",
    code: `import keras, numpy as np

model = keras.applications.MobileNetV2(include_top=False, pooling="avg")
np.save("features.npy", model.predict(keras.applications.mobilenet_v2.preprocess_input(images)))`,
  },
  {
    slug: "numpy",
    name: "NumPy",
    about: "“features” is an array that you have, with one sample an entry of its first axis.",
    code: `import numpy as np

np.save("features.npy", features.reshape(len(features), -1))`,
  },
];
