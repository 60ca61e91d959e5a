// Loops over rows, for one width: included by body.h. Rows may be read up to one vector of 512 bits
// beyond their end, as all storages allow, and are written to their end alone, or beyond it what
// stands there or is written next.

static inline long NAME(left)(long count, long offset) {
  return count - offset < LANES ? count - offset : LANES;
}

/// Sets `y` to `exp(x - less)`, beyond the end of its row.
INLINE V NAME(exponential_beyond)(const float *x, float less, float *y) {
  V e = NAME(exp)(NAME(load)(x) - less);
  NAME(store)(y, e);
  return e;
}

INLINE float NAME(greatest)(const float *x, long count) {
  V greatest = (V)-INFINITY;
  for (long offset = 0; offset < count; offset += LANES) {
    V v = NAME(load)(x + offset);
    if (offset + LANES > count) v = NAME(lane_numbers)() < (int)(count - offset) ? v : (V)-INFINITY;
    greatest = ((v > greatest) | (v != v)) ? v : greatest;
  }
  float lane[LANES];
  memcpy(lane, &greatest, sizeof lane);
  _Pragma("clang loop unroll(full)") for (int half = LANES / 2; half > 0; half /= 2)
    _Pragma("clang loop unroll(full)") for (int i = 0; i < half; i++)
      lane[i] = lane[i] > lane[i + half] || lane[i] != lane[i] ? lane[i] : lane[i + half];
  return lane[0];
}
TARGET static float NAME(maximum)(const float *x, long count) { return NAME(greatest)(x, count); }

TARGET static void NAME(add_row)(
    float *y, const float *row, long rows, long width, int rectifies) {
  for (; rows > 0; rows--, y += width)
    for (long offset = 0; offset < width; offset += LANES) {
      V old = NAME(load)(y + offset), sum = old + NAME(load)(row + offset);
      if (rectifies) sum = NAME(rectified)(sum);
      if (offset + LANES > width)
        sum = NAME(lane_numbers)() < (int)(width - offset) ? sum : old;
      NAME(store)(y + offset, sum);
    }
}

TARGET static void NAME(softmax)(
    const float *x, float *y, float *greatest, double *sums, long rows, long width) {
  for (long row = 0; row < rows; row++, x += width, y += width) {
    float most = NAME(greatest)(x, width);
    double total = 0;
    TOTAL(total, width, NAME(exponential_beyond)(x + offset, most, y + offset));
    V sum = (V)(float)total;
    for (long offset = 0; offset < width; offset += LANES)
      NAME(store)(y + offset, NAME(load)(y + offset) / sum);
    if (greatest) greatest[row] = most;
    if (sums) sums[row] = total;
  }
}

TARGET static void NAME(weigh)(
    float *scores, const float *mask, long mask_step, long rows, long count, long stride,
    long visible) {
  I lane = NAME(lane_numbers)();
  for (long row = 0; row < rows; row++, scores += stride, mask += mask ? mask_step : 0) {
    long seen = visible < 0 ? count : row + visible < count ? row + visible : count;
    for (long offset = 0; offset < stride; offset += LANES) {
      V v = NAME(load)(scores + offset);
      if (mask && offset < count)
        v += NAME(load_some)(mask + offset, NAME(left)(count, offset));
      NAME(store)(scores + offset, lane + (int)offset < (int)seen ? v : (V)-INFINITY);
    }
    float less = NAME(greatest)(scores, stride);
    double total = 0;
    TOTAL(total, stride, NAME(stored_exponential)(scores + offset, less, scores + offset, lanes));
    float share = (float)(1 / total);
    for (long offset = 0; offset < stride; offset += LANES)
      NAME(store)(scores + offset, NAME(load)(scores + offset) * share);
  }
}

TARGET static void NAME(weigh_back)(float *slopes, const float *weights, long rows, long stride) {
  for (long row = 0; row < rows; row++, slopes += stride, weights += stride) {
    double total = 0;
    TOTAL(total, stride, NAME(load)(slopes + offset) * NAME(load)(weights + offset));
    float mean = (float)total;
    for (long offset = 0; offset < stride; offset += LANES)
      NAME(store)(
          slopes + offset,
          NAME(load)(weights + offset) * (NAME(load)(slopes + offset) - mean));
  }
}

TARGET static void NAME(lstm)(
    float *gates, const float *bias, const float *cells, float *next, float *hidden, long rows,
    long width) {
  for (long row = 0; row < rows; row++) {
    for (long at = 0; at < width; at += LANES) {
      long lanes = NAME(left)(width, at);
      float *g = gates + at;
      const float *b = bias + at;
      V input = NAME(sigmoid)(NAME(load)(g) + NAME(load)(b));
      V forget = NAME(sigmoid)(NAME(load)(g + width) + NAME(load)(b + width));
      V candidate = NAME(tanh)(NAME(load)(g + 2 * width) + NAME(load)(b + 2 * width));
      V output = NAME(sigmoid)(NAME(load)(g + 3 * width) + NAME(load)(b + 3 * width));
      V cell = forget * NAME(load)(cells + at) + input * candidate;
      NAME(store_some)(g, input, lanes);
      NAME(store_some)(g + width, forget, lanes);
      NAME(store_some)(g + 2 * width, candidate, lanes);
      NAME(store_some)(g + 3 * width, output, lanes);
      NAME(store_some)(next + at, cell, lanes);
      NAME(store_some)(hidden + at, output * NAME(tanh)(cell), lanes);
    }
    gates += 4 * width;
    cells += width;
    next += width;
    hidden += width;
  }
}

TARGET static void NAME(lstm_slopes)(
    const float *gates, const float *cells, const float *next, const float *carried,
    const float *here, long here_step, float *cell_slopes, float *slopes, long rows, long width) {
  for (long row = 0; row < rows; row++) {
    for (long at = 0; at < width; at += LANES) {
      long lanes = NAME(left)(width, at);
      const float *g = gates + at;
      float *s = slopes + at;
      V input = NAME(load)(g), forget = NAME(load)(g + width);
      V candidate = NAME(load)(g + 2 * width), output = NAME(load)(g + 3 * width);
      V bent = NAME(tanh)(NAME(load)(next + at));
      V slope = NAME(load)(carried + at);
      if (here) slope += NAME(load)(here + at);
      V cell = NAME(load)(cell_slopes + at) + slope * output * (1 - bent * bent);
      NAME(store_some)(s, cell * candidate * input * (1 - input), lanes);
      NAME(store_some)(
          s + width, cell * NAME(load)(cells + at) * forget * (1 - forget), lanes);
      NAME(store_some)(s + 2 * width, cell * input * (1 - candidate * candidate), lanes);
      NAME(store_some)(s + 3 * width, slope * bent * output * (1 - output), lanes);
      NAME(store_some)(cell_slopes + at, cell * forget, lanes);
    }
    gates += 4 * width;
    slopes += 4 * width;
    cells += width;
    next += width;
    carried += width;
    cell_slopes += width;
    if (here) here += here_step;
  }
}

TARGET static void NAME(gru)(
    float *gates, const float *recurrent, const float *bias, float *cells, const float *hidden,
    float *next, long rows, long width) {
  for (long row = 0; row < rows; row++) {
    for (long at = 0; at < width; at += LANES) {
      long lanes = NAME(left)(width, at);
      float *g = gates + at;
      const float *r = recurrent + at, *b = bias + at;
      V reset = NAME(sigmoid)(
          (NAME(load)(g) + NAME(load)(b)) + (NAME(load)(r) + NAME(load)(b + 3 * width)));
      V update = NAME(sigmoid)(
          (NAME(load)(g + width) + NAME(load)(b + width))
          + (NAME(load)(r + width) + NAME(load)(b + 4 * width)));
      V cell = NAME(load)(r + 2 * width) + NAME(load)(b + 5 * width);
      V candidate =
          NAME(tanh)((NAME(load)(g + 2 * width) + NAME(load)(b + 2 * width)) + reset * cell);
      NAME(store_some)(g, reset, lanes);
      NAME(store_some)(g + width, update, lanes);
      NAME(store_some)(g + 2 * width, candidate, lanes);
      NAME(store_some)(cells + at, cell, lanes);
      NAME(store_some)(
          next + at, candidate + update * (NAME(load)(hidden + at) - candidate), lanes);
    }
    gates += 3 * width;
    recurrent += 3 * width;
    cells += width;
    hidden += width;
    next += width;
  }
}

TARGET static void NAME(gru_slopes)(
    const float *gates, const float *cells, const float *hidden, float *carried, const float *here,
    long here_step, float *slopes, float *recurrent, long rows, long width) {
  for (long row = 0; row < rows; row++) {
    for (long at = 0; at < width; at += LANES) {
      long lanes = NAME(left)(width, at);
      V reset = NAME(load)(gates + at), update = NAME(load)(gates + width + at);
      V candidate = NAME(load)(gates + 2 * width + at);
      V slope = NAME(load)(carried + at);
      if (here) slope += NAME(load)(here + at);
      V bent = slope * (1 - update) * (1 - candidate * candidate);
      V of_update = slope * (NAME(load)(hidden + at) - candidate) * update * (1 - update);
      V of_reset = bent * NAME(load)(cells + at) * reset * (1 - reset);
      NAME(store_some)(slopes + at, of_reset, lanes);
      NAME(store_some)(recurrent + at, of_reset, lanes);
      NAME(store_some)(slopes + width + at, of_update, lanes);
      NAME(store_some)(recurrent + width + at, of_update, lanes);
      NAME(store_some)(slopes + 2 * width + at, bent, lanes);
      NAME(store_some)(recurrent + 2 * width + at, bent * reset, lanes);
      NAME(store_some)(carried + at, slope * update, lanes);
    }
    gates += 3 * width;
    slopes += 3 * width;
    recurrent += 3 * width;
    cells += width;
    hidden += width;
    carried += width;
    if (here) here += here_step;
  }
}

INLINE V NAME(squared)(V x) { return x * x; }

TARGET static void NAME(normalize)(
    const float *x, const float *scale, const float *shift, float epsilon, float *y, float *means,
    float *factors, long rows, long width) {
  for (long row = 0; row < rows; row++, x += width, y += width) {
    double total = 0, square = 0;
    TOTAL(total, width, NAME(load_some)(x + offset, lanes));
    float mean = (float)(total / (double)width);
    TOTAL(square, width, NAME(squared)(NAME(load_some)(x + offset, lanes) - mean));
    float factor = 1 / sqrtf((float)(square / (double)width) + epsilon);
    for (long offset = 0; offset < width; offset += LANES)
      NAME(store_some)(
          y + offset,
          (NAME(load)(x + offset) - mean) * factor * NAME(load)(scale + offset)
              + NAME(load)(shift + offset),
          NAME(left)(width, offset));
    means[row] = mean;
    factors[row] = factor;
  }
}

TARGET static void NAME(normalize_back)(
    const float *c, const float *x, const float *scale, const float *means, const float *factors,
    float *slopes, float *scale_slope, float *shift_slope, long rows, long width) {
  memset(scale_slope, 0, sizeof(float) * (unsigned long)width);
  memset(shift_slope, 0, sizeof(float) * (unsigned long)width);
  for (long row = 0; row < rows; row++, c += width, x += width, slopes += width) {
    float mean = means[row], factor = factors[row];
    double total = 0, along = 0;
    for (long offset = 0; offset < width; offset += LANES) {
      long lanes = NAME(left)(width, offset);
      V slope = NAME(load)(c + offset), normal = (NAME(load)(x + offset) - mean) * factor;
      NAME(store_some)(
          scale_slope + offset, NAME(load)(scale_slope + offset) + slope * normal, lanes);
      NAME(store_some)(shift_slope + offset, NAME(load)(shift_slope + offset) + slope, lanes);
    }
    TOTAL(total, width, NAME(load_some)(c + offset, lanes) * NAME(load_some)(scale + offset, lanes));
    TOTAL(
        along, width,
        NAME(load_some)(c + offset, lanes) * NAME(load_some)(scale + offset, lanes)
            * ((NAME(load_some)(x + offset, lanes) - mean) * factor));
    float level = (float)(total / (double)width), tilt = (float)(along / (double)width);
    for (long offset = 0; offset < width; offset += LANES) {
      V normal = (NAME(load)(x + offset) - mean) * factor;
      V slope = NAME(load)(c + offset) * NAME(load)(scale + offset);
      NAME(store_some)(
          slopes + offset, (slope - level - normal * tilt) * factor, NAME(left)(width, offset));
    }
  }
}
