import Learning
import Randomness
import ReferenceModels

var stream = RandomStream(seed: 1)
print(ReferenceModels.autoencoder(using: &stream).summary)
