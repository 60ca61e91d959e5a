"""Trains a workload with Keras over TensorFlow, by `fit`.

Usage: with_keras.py WORKLOAD THREADS   (told what to do over its standard input, see blocks.py)
"""

import os
import sys
import time

os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")

import keras
import numpy
import tensorflow
from keras import layers, ops

import blocks


def sequence(shape, *parts):
    return keras.Sequential([keras.Input(shape), *parts])


def autoencoder():
    dense = [layers.Dense(width, "relu") for width in (64, 8, 64)]
    return sequence((100,), *dense, layers.Dense(100, "sigmoid"))


def perceptron():
    return sequence(
        (784,), layers.Dense(128, "relu"), layers.Dense(64, "relu"), layers.Dense(10))


def convolution(width, size=3, stride=1, **more):
    return layers.Conv2D(width, size, stride, padding="same", **more)


def convolutions():
    return sequence(
        (28, 28, 1), convolution(32, activation="relu"), convolution(64, 3, 2, activation="relu"),
        convolution(64, 3, 2, activation="relu"), layers.Flatten(), layers.Dense(10))


class Sample(layers.Layer):
    """Draws from a normal distribution, and adds its divergence from the standard one."""

    def __init__(self):
        super().__init__()
        self.seeds = keras.random.SeedGenerator(1)

    def call(self, mean, log_variance):
        divergence = 1 + log_variance - mean**2 - ops.exp(log_variance)
        self.add_loss(ops.mean(-0.5 * ops.sum(divergence, axis=1)))
        noise = keras.random.normal(ops.shape(mean), seed=self.seeds)
        return mean + noise * ops.exp(0.5 * log_variance)


def transposed(width, stride, **more):
    return layers.Conv2DTranspose(width, 3, stride, padding="same", **more)


def variational_autoencoder():
    images = keras.Input((28, 28, 1))
    hidden = convolution(32, 3, 2, activation="relu")(images)
    hidden = convolution(64, 3, 2, activation="relu")(hidden)
    hidden = layers.Dense(16, "relu")(layers.Flatten()(hidden))
    latent = Sample()(layers.Dense(2)(hidden), layers.Dense(2)(hidden))
    hidden = layers.Reshape((7, 7, 64))(layers.Dense(3136, "relu")(latent))
    hidden = transposed(64, 2, activation="relu")(hidden)
    hidden = transposed(32, 2, activation="relu")(hidden)
    return keras.Model(images, transposed(1, 1)(hidden))


def restoration(images, logits):
    return 784 * ops.mean(keras.losses.binary_crossentropy(images, logits, from_logits=True))


def normalised(layer, images):
    return layers.BatchNormalization()(layer(images))


def residual_unet(widths=(16, 32, 64, 128, 256, 512)):
    def drop(images):
        return layers.SpatialDropout2D(0.2)(images)

    def body(shortcut, images, width, last):
        hidden = drop(layers.ReLU()(normalised(convolution(width), images)))
        hidden = normalised(convolution(width, last), hidden)
        return drop(layers.ReLU()(hidden + shortcut))

    images = hidden = keras.Input((128, 128, 1))
    skipped, deepest = [], len(widths) - 1
    for level, width in enumerate(widths):
        stride = 1 if level == 0 else 2
        shortcut = normalised(layers.Conv2D(width, stride, stride), hidden)
        shortcut = drop(layers.ReLU()(shortcut))
        hidden = body(shortcut, shortcut, width, 1)
        skipped.append(hidden)
    for level in range(deepest, -1, -1):
        stride, last = (1, 3) if level == deepest else (2, 1)
        shortcut = normalised(layers.Conv2DTranspose(widths[level], stride, stride), hidden)
        shortcut = layers.ReLU()(shortcut)
        joined = layers.Concatenate()([shortcut, skipped[level]])
        hidden = body(shortcut, joined, widths[level], last)
    return keras.Model(images, layers.Conv2D(1, 1)(hidden))


def cross_entropy_and_dice(masks, logits):
    chances = ops.sigmoid(logits)
    overlap = (2 * ops.sum(chances * masks) + 1) / (ops.sum(chances) + ops.sum(masks) + 1)
    entropy = keras.losses.binary_crossentropy(masks, logits, from_logits=True)
    return ops.mean(entropy) + 1 - overlap


def sequence_regressor():
    return sequence((20, 8), layers.LSTM(50), layers.Dense(1))


def transformer_regressor():
    tokens = keras.Input((50, 8))
    hidden = layers.Dense(64)(tokens)
    for _ in range(4):
        hidden = layers.LayerNormalization()(
            hidden + layers.MultiHeadAttention(4, 16)(hidden, hidden))
        inner = layers.Dense(64)(layers.Dense(256, "relu")(hidden))
        hidden = layers.LayerNormalization()(hidden + inner)
    return keras.Model(tokens, layers.Dense(1)(layers.GlobalAveragePooling1D()(hidden)))


CLASSES = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

# As in with_pytorch.py, with the channels last.
WORKLOADS = {
    "autoencoder": (autoencoder, "mse", 100, 200, (100,), None),
    "perceptron": (perceptron, CLASSES, 128, 100, (784,), 10),
    "convolutions": (convolutions, CLASSES, 128, 12, (28, 28, 1), 10),
    "vae": (variational_autoencoder, restoration, 128, 6, (28, 28, 1), None),
    "unet": (residual_unet, cross_entropy_and_dice, 8, 2, (128, 128, 1), (128, 128, 1)),
    "lstm": (sequence_regressor, "mse", 512, 20, (20, 8), (1,)),
    "transformer": (transformer_regressor, "mse", 64, 6, (50, 8), (1,)),
}


class Clock(keras.callbacks.Callback):
    """Notes the seconds of each epoch, and ends the fit when the time is over."""

    def __init__(self, seconds):
        super().__init__()
        self.epochs, self.end, self.begin = [], time.perf_counter() + seconds, 0

    def on_epoch_begin(self, epoch, logs=None):
        self.begin = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        now = time.perf_counter()
        self.epochs.append(now - self.begin)
        self.model.stop_training = now >= self.end


def start(name, threads):
    tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(threads)
    keras.utils.set_random_seed(0)
    draw = numpy.random.default_rng(0)
    make, loss, size, steps, shape, wanted = WORKLOADS[name]
    model, count = make(), size * steps
    inputs = draw.random((count, *shape), numpy.float32)
    if wanted is None:
        targets = inputs
    elif isinstance(wanted, int):
        targets = draw.integers(0, wanted, count)
    else:
        targets = (draw.random((count, *wanted)) > 0.5).astype(numpy.float32)
    model.compile(keras.optimizers.Adam(1e-3), loss)

    def train(seconds):
        clock = Clock(seconds)
        model.fit(
            inputs, targets, batch_size=size, epochs=1_000_000, verbose=0, callbacks=[clock])
        return clock.epochs, steps

    about = {
        "version": f"Keras {keras.__version__} over TensorFlow {tensorflow.__version__}",
        "mode": "fit",
        "parameters": sum(int(numpy.prod(each.shape)) for each in model.trainable_variables)}
    return about, train


if __name__ == "__main__":
    blocks.serve(lambda: start(sys.argv[1], int(sys.argv[2])))
