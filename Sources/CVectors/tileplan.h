// How the tiles of a convolution stand in memory, whatever the width: included by vectors.c.

/// How many rows of a plane are multiplied together.
#define TILE_ROWS 6

/// What becomes of a line of a tile.
struct tile_kind {
  /// The pixels that it extends, and to the next tile.
  int extent, step;
  int entries, weights, multiplications, products, results;
  /// Which entry and weight are multiplied, and to which product that is added.
  int entry[6], weight[6], product[6];
  /// How many products some results need.
  int needed[5];
};

static const struct tile_kind tile_kinds[] = {
    // Of stride 1, four results of six products, in place of twelve: by polynomials at 0, ±5/8, ±3/2
    // and infinity.
    {6, 4, 6, 6, 6, 6, 4, {0, 1, 2, 3, 4, 5}, {0, 1, 2, 3, 4, 5}, {0, 1, 2, 3, 4, 5},
     {0, 6, 6, 6, 6}},
    // Of stride 2, two of five, in place of six:
    //   y₀ = (x₀ - x₂) w₀ + x₁ w₁ + x₂ (w₀ + w₂)
    //   y₁ = (x₄ - x₂) w₂ + x₃ w₁ + x₂ (w₀ + w₂)
    {5, 4, 5, 4, 5, 3, 2, {0, 1, 2, 3, 4}, {0, 1, 2, 3, 1}, {0, 0, 1, 2, 2}, {0, 2, 3}},
    // Of its gradient, four of five, in place of six. If the padding is even:
    //   y₀ = (x₀ - x₁) w₂ + x₁ (w₀ + w₂),  y₁ = x₁ w₁
    //   y₂ = (x₂ - x₁) w₀ + x₁ (w₀ + w₂),  y₃ = x₂ w₁
    {3, 2, 4, 4, 5, 5, 4, {0, 1, 1, 2, 3}, {3, 2, 1, 0, 1}, {0, 1, 2, 3, 4}, {0, 2, 3, 4, 5}},
    // If it is odd:
    //   y₀ = x₀ w₁,  y₁ = (x₀ - x₁) w₂ + x₁ (w₀ + w₂)
    //   y₂ = x₁ w₁,  y₃ = (x₂ - x₁) w₀ + x₁ (w₀ + w₂)
    {3, 2, 4, 4, 5, 5, 4, {3, 0, 1, 1, 2}, {1, 3, 2, 1, 0}, {0, 1, 2, 3, 4}, {0, 1, 3, 4, 5}},
};

// Planes and weights are a little longer than they need be, so that they do not all fall on the same
// lines of the cache; planes also hold what a last group of rows multiplies for nothing.
static inline long size_of_plane(long tiles, long channels) {
  return (tiles + TILE_ROWS) * channels + 16;
}
static inline long size_of_weights(const vectors_tiles *t) { return t->channels * t->outputs + 16; }

// The last tile of an axis may need fewer products. So that those which need one follow one another,
// first come the tiles of last rows, then the others, both but for the last columns, then those of
// the last columns, with the corners at the end.

struct tile_places {
  long first, last;
};

static inline long last_rows(const vectors_tiles *t, long first, long count) {
  return (first + count) / t->rows - first / t->rows;
}

static inline struct tile_places places_of_row(
    const vectors_tiles *t, long first, long count, long row) {
  const long corners = last_rows(t, first, count), before = row / t->rows - first / t->rows;
  const long others = row - first - before, columns = t->columns - 1;
  if (row % t->rows == t->rows - 1)
    return (struct tile_places){before * columns, count * columns + count - corners + before};
  return (struct tile_places){(corners + others) * columns, count * columns + others};
}

static inline long place_of_tile(
    const vectors_tiles *t, const struct tile_places *places, long column) {
  return column < t->columns - 1 ? places->first + column : places->last;
}

struct tile_range {
  long start, count;
};

/// The tiles that need a product.
static inline struct tile_range tiles_with_product(
    const vectors_tiles *t, long first, long count, int down, int across) {
  const struct tile_kind *kind = &tile_kinds[t->kind];
  const long corners = last_rows(t, first, count);
  const int lacks_rows = down >= kind->needed[t->result_height - (t->rows - 1) * kind->results];
  const int lacks_columns =
      across >= kind->needed[t->result_width - (t->columns - 1) * kind->results];
  const long start = lacks_rows ? corners * (t->columns - 1) : 0;
  const long end = lacks_columns ? count * (t->columns - 1)
                                 : count * t->columns - (lacks_rows ? corners : 0);
  return (struct tile_range){start, end - start};
}

long vectors_tile_results(vectors_tile_kind kind) { return tile_kinds[kind].results; }
long vectors_tile_weights(const vectors_tiles *t) {
  const long weights = tile_kinds[t->kind].weights;
  return weights * weights * size_of_weights(t);
}
long vectors_tile_scratch(const vectors_tiles *t, long rows) {
  const struct tile_kind kind = tile_kinds[t->kind];
  const long tiles = rows * t->columns;
  return kind.entries * kind.entries * size_of_plane(tiles, t->channels)
      + kind.products * kind.products * size_of_plane(tiles, t->outputs)
      + kind.extent * (t->columns * kind.step + kind.extent) * 8;
}
