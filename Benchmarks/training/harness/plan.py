"""What is measured, and what is to be reached."""

from dataclasses import dataclass

# Workloads by name, with what they are called in the table.
WORKLOADS = {
    "autoencoder": "autoencoder 100-64-8-64-100, batch 100",
    "perceptron": "perceptron 784-128-64-10, batch 128",
    "convolutions": "three convolutions 1-32-64-64 on 28×28, batch 128",
    "vae": "convolutional variational autoencoder on 28×28, batch 128",
    "unet": "residual U-Net 16…512 on 128×128, batch 8",
    "lstm": "LSTM(50) over 20×8, batch 512",
    "transformer": "transformer, 50 tokens, width 64, 4 heads, 4 layers, batch 64",
    "graph": "graph network on 64 jets of 30 particles, 8 neighbours each",
}


# The greatest share of a step that may be spent outside kernels.
OUTSIDE_KERNELS = {"perceptron": 0.10, "unet": 0.03}


@dataclass(frozen=True)
class Peer:
    script: str
    packages: tuple
    # The least ratio that is wanted, by workload; a pair of them is for 1 and for more threads.
    bounds: dict

    @property
    def workloads(self):
        return self.bounds.keys()

    def bound(self, workload, threads):
        bound = self.bounds[workload]
        if isinstance(bound, tuple):
            bound = bound[0] if threads == "1" else bound[1]
        return bound


PEERS = {
    "pytorch": Peer(
        "with_pytorch.py", ("torch",),
        {
            "autoencoder": 4.5, "perceptron": 2.2, "convolutions": 1.7, "vae": 1.5,
            "unet": (1.4, 1.2), "lstm": 1.3, "transformer": 1.2, "graph": 1.5,
        }),
    "keras": Peer(
        "with_keras.py", ("keras", "tensorflow-cpu"),
        {
            "autoencoder": 12, "perceptron": 5, "convolutions": 2, "vae": 2, "unet": 1.8,
            "lstm": 1.3, "transformer": 1.5,
        }),
}
