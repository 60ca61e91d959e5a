// The gradients of a convolution of few channels: included by body.h.

/// Adds to `weights` what `count` taps make of one image and one block of channels.
INLINE void NAME(correlate_some_taps)(
    const int count, const vectors_sliding *sliding, long tap, const float *x, const float *c,
    float *weights) {
#pragma clang fp contract(fast)
  V sums[9] = {0};
  for (long position = 0; position < sliding->positions; position++) {
    const float *start = x + sliding->starts[position];
    V slope = NAME(load)(c + position * sliding->width);
    _Pragma("clang loop unroll(full)") for (int i = 0; i < count; i++)
      sums[i] += start[sliding->offsets[tap + i]] * slope;
  }
  for (int i = 0; i < count; i++) {
    float *sum = weights + (tap + i) * sliding->width;
    NAME(store)(sum, NAME(load)(sum) + sums[i]);
  }
}

TARGET static void NAME(correlate_taps)(
    const vectors_sliding *sliding, const float *x, const float *c, float *weights) {
  for (long lane = 0; lane < sliding->width; lane += LANES)
    for (long tap = 0; tap < sliding->taps; tap += 9)
      switch (sliding->taps - tap) {
#define CASE(count) \
  case count: NAME(correlate_some_taps)(count, sliding, tap, x, c + lane, weights + lane); break
        CASE(1);
        CASE(2);
        CASE(3);
        CASE(4);
        CASE(5);
        CASE(6);
        CASE(7);
        CASE(8);
        default: NAME(correlate_some_taps)(9, sliding, tap, x, c + lane, weights + lane);
#undef CASE
      }
}

/// Adds to each pixel what `count` vectors of channels make of it.
INLINE void NAME(gather_some_taps)(
    const int count, const vectors_sliding *sliding, const long *channels, const long *weights,
    const float *c, const float *w, float *x) {
#pragma clang fp contract(fast)
  for (long pixel = 0; pixel < sliding->pixels; pixel++) {
    V sums[8] = {0};
    for (long i = sliding->firsts[pixel]; i < sliding->firsts[pixel + 1]; i++) {
      const float *slope = c + sliding->pairs[i].c, *weight = w + sliding->pairs[i].x;
      _Pragma("clang loop unroll(full)") for (int v = 0; v < count; v++)
        sums[v] += NAME(load)(slope + channels[v]) * NAME(load)(weight + weights[v]);
    }
    // Sixteen sums side by side, whatever the width.
    V totals[16 / LANES] = {0};
    for (int v = 0; v < count; v++) totals[v % (16 / LANES)] += sums[v];
    float lanes[16];
    memcpy(lanes, totals, sizeof lanes);
    x[pixel] += sum_of_lanes(lanes);
  }
}

TARGET static void NAME(gather_taps)(
    const vectors_sliding *sliding, const float *c, const float *w, float *x) {
  // As many channels at a time as the registers hold, and as many for the two widest vectors.
  const int most = LANES == 16 ? 4 : 8;
  long vectors = sliding->blocks * sliding->width / LANES, each = sliding->width / LANES;
  for (long pixel = 0; pixel < sliding->pixels; pixel++) x[pixel] = 0;
  for (long first = 0; first < vectors; first += most) {
    long channels[8], weights[8];
    long count = vectors - first < most ? vectors - first : most;
    for (long v = 0; v < count; v++) {
      long block = (first + v) / each, lane = (first + v) % each * LANES;
      channels[v] = block * sliding->positions * sliding->width + lane;
      weights[v] = block * sliding->taps * sliding->width + lane;
    }
    switch (count) {
#define CASE(count) \
  case count: NAME(gather_some_taps)(count, sliding, channels, weights, c, w, x); break
      CASE(1);
      CASE(2);
      CASE(3);
      CASE(4);
      CASE(5);
      CASE(6);
      CASE(7);
      default: NAME(gather_some_taps)(8, sliding, channels, weights, c, w, x);
#undef CASE
    }
  }
}
