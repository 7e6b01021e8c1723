#!/usr/bin/python3
"""Trains Lathe's sample network and writes every other file of this folder except README.md.

Needs Debian's python3-torch, python3-onnx and python3-sklearn; using Lathe needs none of them.
Run it without arguments. The same machine gives the same bytes each time (one thread, fixed seeds); another
processor may round differently and give slightly other weights, never another data split.
"""
import gzip
import json
import struct
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).resolve().parent
SEED = 20
TEST_SAMPLES = 540
EPOCHS = 50
BATCH = 64
FC1_NUCLEAR_PENALTY = 1e-4  # pulls fc1 towards few singular directions, so that there is something to factorize
LARGEST_PIXEL = 16


class Digits(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(16)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(32)
        self.conv3 = nn.Conv2d(32, 48, 3, padding=1)
        self.bn3 = nn.BatchNorm2d(48)
        self.fc1 = nn.Linear(48 * 4 * 4, 192)
        self.fc2 = nn.Linear(192, 96)
        self.fc3 = nn.Linear(96, 10)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.max_pool2d(F.relu(self.bn2(self.conv2(x))), 2)
        x = F.relu(self.bn3(self.conv3(x))).flatten(1)
        x = F.dropout(F.relu(self.fc1(x)), 0.3, self.training)
        return self.fc3(F.relu(self.fc2(x)))


def load_split():
    """uint8 images [n, 8, 8] and labels; the classes have the same shares in both parts."""
    digits = load_digits()
    return train_test_split(digits.images.astype(np.uint8), digits.target.astype(np.uint8),
                            test_size=TEST_SAMPLES, random_state=SEED, stratify=digits.target)


def to_input(images):
    return torch.from_numpy(images.astype(np.float32)[:, None] / LARGEST_PIXEL)


def shifted(batch, generator):
    """Each image moved by up to one pixel either way."""
    padded = F.pad(batch, (1, 1, 1, 1))
    moves = torch.randint(0, 3, (len(batch), 2), generator=generator)
    return torch.stack([image[:, dy:dy + 8, dx:dx + 8] for image, (dy, dx) in zip(padded, moves.tolist())])


def train(images, labels):
    generator = torch.Generator().manual_seed(SEED)
    torch.manual_seed(SEED)
    network = Digits()
    x, y = to_input(images), torch.from_numpy(labels.astype(np.int64))
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-2)
    steps = EPOCHS * ((len(x) + BATCH - 1) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    for epoch in range(EPOCHS):
        network.train()
        for index in torch.randperm(len(x), generator=generator).split(BATCH):
            loss = F.cross_entropy(network(shifted(x[index], generator)), y[index], label_smoothing=0.05)
            loss = loss + FC1_NUCLEAR_PENALTY * torch.linalg.matrix_norm(network.fc1.weight, "nuc")
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        if epoch % 10 == 9:
            print(f"epoch {epoch + 1}: loss {loss.item():.4f}")
    return network.eval()


def folded(conv, norm):
    """Weight and bias of the convolution with its batch normalization folded in."""
    factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return conv.weight * factor[:, None, None, None], (conv.bias - norm.running_mean) * factor + norm.bias


def to_onnx(network):
    initializers, nodes = [], []

    def parameters(name, weight, bias):
        for part, tensor in (("weight", weight), ("bias", bias)):
            values = tensor.detach().numpy().astype(np.float32)
            initializers.append(numpy_helper.from_array(values, f"{name}.{part}"))

    def node(op, name, inputs, output, **attributes):
        nodes.append(helper.make_node(op, inputs, [output], name=name, **attributes))

    def conv(name, source, target, weight_and_bias):
        parameters(name, *weight_and_bias)
        node("Conv", name, [source, f"{name}.weight", f"{name}.bias"], f"{name}_out",
             kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        node("Relu", f"{name}_relu", [f"{name}_out"], target)

    def dense(name, source, target, layer):
        parameters(name, layer.weight, layer.bias)
        node("Gemm", name, [source, f"{name}.weight", f"{name}.bias"], target, transB=1)

    conv("conv1", "image", "features1", folded(network.conv1, network.bn1))
    conv("conv2", "features1", "features2", folded(network.conv2, network.bn2))
    node("MaxPool", "pool", ["features2"], "pooled", kernel_shape=[2, 2], strides=[2, 2])
    conv("conv3", "pooled", "features3", folded(network.conv3, network.bn3))
    node("Flatten", "flatten", ["features3"], "flat", axis=1)
    dense("fc1", "flat", "fc1_out", network.fc1)
    node("Relu", "fc1_relu", ["fc1_out"], "hidden1")
    dense("fc2", "hidden1", "fc2_out", network.fc2)
    node("Relu", "fc2_relu", ["fc2_out"], "hidden2")
    dense("fc3", "hidden2", "logits", network.fc3)

    graph = helper.make_graph(
        nodes, "digits",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 1, 8, 8])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 10])], initializers)
    model = helper.make_model(graph, producer_name="lathe sample", ir_version=7,
                              opset_imports=[helper.make_opsetid("", 13)])
    onnx.checker.check_model(model, full_check=True)
    return model


def write_idx(path, array):
    """IDX of unsigned bytes, gzip'd without a time stamp."""
    header = struct.pack(">BBBB", 0, 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes(), 9, mtime=0))


def write_json(name, value):
    (HERE / name).write_text(json.dumps(value, indent=2) + "\n")


def write_descriptions():
    write_json("dataset.json", {
        "format": "idx",
        "splits": {part: {"images": f"{part}-images-idx3-ubyte.gz", "labels": f"{part}-labels-idx1-ubyte.gz"}
                   for part in ("test", "train")},
        "classes": [str(digit) for digit in range(10)],
    })
    write_json("digits.preprocessor_config.json", {
        "do_resize": False, "do_center_crop": False, "do_rescale": True, "rescale_factor": 1 / LARGEST_PIXEL,
        "do_normalize": False, "channel_order": "gray", "layout": "NCHW",
    })
    write_json("digits.recipe.json", {
        "lathe_recipe": 1,
        "name": "sample",
        "rules": [
            {"layers": "*", "quantize": {"bits": 8, "symmetric": True, "granularity": "channel"}},
            {"layers": "conv3", "prune": {"ratio": 0.3, "method": "magnitude"}},
            {"layers": "fc1", "rank": {"rank": 24}},
            {"layers": "fc2", "prune": {"ratio": 0.5, "method": "magnitude"}, "quantize": {"bits": 4}},
        ],
    })


def report(network, images, labels):
    def top1():
        with torch.no_grad():
            return (network(to_input(images)).argmax(1).numpy() == labels).mean()

    print(f"top-1 on {len(labels)} test images: {top1():.4f}")
    weight = network.fc1.weight.data.clone()
    u, s, vt = torch.linalg.svd(weight, full_matrices=False)
    energy = torch.cumsum(s ** 2, 0) / torch.sum(s ** 2)
    for rank in (8, 16, 24, 32, 64):
        network.fc1.weight.data = u[:, :rank] * s[:rank] @ vt[:rank]
        print(f"fc1 at rank {rank}: energy {energy[rank - 1]:.3f}, top-1 {top1():.4f}")
    network.fc1.weight.data = weight


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    train_images, test_images, train_labels, test_labels = load_split()
    network = train(train_images, train_labels)
    report(network, test_images, test_labels)
    onnx.save(to_onnx(network), str(HERE / "digits.onnx"))
    for part, images, labels in (("train", train_images, train_labels), ("test", test_images, test_labels)):
        write_idx(HERE / f"{part}-images-idx3-ubyte.gz", images)
        write_idx(HERE / f"{part}-labels-idx1-ubyte.gz", labels)
    write_descriptions()


if __name__ == "__main__":
    main()
