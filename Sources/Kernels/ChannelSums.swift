/// Returns the sum of each channel over the batch and the pixels.
package func sumOfChannels(_ input: Storage, batch: Int, channels: Int, pixels: Int) -> Storage {
  sum(
    sumOfPixels(input, batch: batch, channels: channels, pixels: pixels),
    Span(outer: 1, middle: batch, inner: channels))
}
