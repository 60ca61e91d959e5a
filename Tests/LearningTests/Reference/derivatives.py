"""Losses that hold derivatives, in PyTorch: for SecondDerivativeTests. Run: python3 derivatives.py"""

import torch

from reference import wave, write

torch.set_default_dtype(torch.float64)


def network(*widths):
    """Weights as ours, [inputs, outputs], and biases, in the order of our parameters."""
    parameters = []
    for inputs, outputs in zip(widths, widths[1:]):
        for shape in ((inputs, outputs), (outputs,)):
            start = 5 * len(parameters)
            parameters.append(torch.tensor(wave(*shape, start=start), requires_grad=True))

    def apply(x):
        for index in range(0, len(parameters), 2):
            x = x @ parameters[index] + parameters[index + 1]
            if index + 2 < len(parameters):
                x = torch.tanh(x)
        return x

    return parameters, apply


def noted(loss, parameters):
    slopes = torch.autograd.grad(loss, parameters)
    return torch.cat([loss.reshape(1), *[slope.reshape(-1) for slope in slopes]]).detach().numpy()


def derivative(of, at):
    return torch.autograd.grad(of.sum(), at, create_graph=True)[0]


def oscillator():
    parameters, u = network(1, 8, 8, 1)
    times = torch.tensor((wave(12, 1) + 0.5) * 6, requires_grad=True)
    zero = torch.zeros(1, 1, requires_grad=True)
    residual = derivative(derivative(u(times), times), times) + u(times)
    loss = (residual**2).mean() + ((u(zero) - 1) ** 2).sum() + (derivative(u(zero), zero) ** 2).sum()
    return noted(loss, parameters)


def fisher():
    parameters, classify = network(3, 6, 4)
    signal = torch.tensor(wave(20, 3) * 2 + 1)
    background = torch.tensor(wave(30, 3, start=4) * 2)

    def counts(point):
        moved = torch.stack(
            [background[:, 0] + point[1], background[:, 1], background[:, 2] * point[2]], 1)
        return (torch.softmax(classify(signal), 1).mean(0) * point[0]
                + torch.softmax(classify(moved), 1).mean(0) * 1000)

    point = torch.tensor([50.0, 0.0, 1.0])
    observed = counts(point).detach()

    def likelihood(point):
        expected = counts(point)
        return (expected - observed * torch.log(expected)).sum()

    information = torch.autograd.functional.hessian(likelihood, point, create_graph=True)
    return noted(torch.linalg.inv(information)[0, 0], parameters)


if __name__ == "__main__":
    write(__file__, {"oscillator": oscillator(), "fisher": fisher()})
