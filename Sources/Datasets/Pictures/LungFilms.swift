/// Chest films with the pixels that show lung.
public struct LungFilms: Sendable {
  /// What each film is called.
  public let names: [String]
  /// Square films, from 0 to 255.
  public let films: [GreyImage]
  /// Of the same size: 1 on a lung and 0 elsewhere.
  public let masks: [GreyImage]

  public var count: Int { films.count }

  public init(names: [String], films: [GreyImage], masks: [GreyImage]) {
    precondition(
      films.count == masks.count && names.count == films.count,
      "\(names.count) names, \(films.count) films and \(masks.count) masks")
    (self.names, self.films, self.masks) = (names, films, masks)
  }

  /// Reads the films of a folder.
  ///
  /// It holds pairs of PNG files of one name in `images` and `masks` (a pixel above half is lung), or a
  /// NumPy archive (`.npz`) with `image` (N×H×W, unsigned bytes) and
  /// `mask`, or `left_lung` and `right_lung` (0 outside). Of several archives the one with the
  /// largest films is taken.
  ///
  /// - Throws: ``DatasetsError`` with the file and what is wrong with it; a film without a lung, or
  ///   whose mask is of another size, is refused.
  public static func read(_ folder: UserFolder) throws -> LungFilms {
    if folder.has("images"), folder.has("masks") { return try pairs(folder) }
    let archives = try folder.files("npz")
    guard !archives.isEmpty else {
      throw DatasetsError.unusable(
        path: folder.path,
        reason: "there are neither the folders images and masks nor an .npz file in it")
    }
    let all = try archives.map(archive)
    return all.max { $0.films[0].width < $1.films[0].width } ?? all[0]
  }

  private static func pairs(_ folder: UserFolder) throws -> LungFilms {
    let films = try folder.pictures(in: "images", least: 16)
    let masks = try folder.pictures(in: "masks", least: 16)
    let names = films.map(\.name)
    guard names == masks.map(\.name) else {
      let alone = Set(names).symmetricDifference(masks.map(\.name)).sorted()
      throw DatasetsError.unusable(
        path: folder.path,
        reason:
          "each film needs a mask of its name; alone: \(alone.prefix(5).joined(separator: ", "))")
    }
    return try LungFilms(
      names: names, films: films.map(\.image),
      masks: masks.map { $0.image.mapped { $0 > 127 ? 1 : 0 } }
    ).checked(file: { "\(folder.path)/masks/\(names[$0]).png" })
  }

  private static func archive(_ file: String) throws -> LungFilms {
    let archive = try NPZFile(DataFolder.read(file), file: file)
    func pictures(_ name: String) throws -> (shape: [Int], images: [GreyImage]) {
      let array = try archive.array(name)
      let values = try array.unsignedBytes().map { Float($0) }
      guard array.shape.count == 3, array.shape.allSatisfy({ $0 > 0 }) else {
        throw DatasetsError.malformed(
          file: file, position: "array '\(name)'",
          reason: "films have three axes (count, height, width), not \(array.shape)")
      }
      let (count, height, width) = (array.shape[0], array.shape[1], array.shape[2])
      return (
        array.shape,
        (0..<count).map {
          GreyImage(
            width: width, height: height,
            pixels: Array(values[$0 * height * width..<($0 + 1) * height * width]))
        }
      )
    }
    let films = try pictures("image")
    let parts = try (archive.arrays["mask"] != nil ? ["mask"] : ["left_lung", "right_lung"])
      .map(pictures)
    for part in parts where part.shape != films.shape {
      throw DatasetsError.malformed(
        file: file, position: "masks",
        reason: "they are of the shape \(part.shape), the films of \(films.shape)")
    }
    let masks = films.images.indices.map { index in
      GreyImage(width: films.shape[2], height: films.shape[1]) { x, y in
        parts.contains { $0.images[index][x, y] > 0 } ? 1 : 0
      }
    }
    return try LungFilms(
      names: films.images.indices.map { "film \($0)" }, films: films.images, masks: masks
    ).checked(file: { "\(file), film \($0)" })
  }

  /// Refuses films without a lung and masks of another size, and makes all of them square.
  private func checked(file: (Int) -> String) throws -> LungFilms {
    for (index, (film, mask)) in zip(films, masks).enumerated() {
      guard (film.width, film.height) == (mask.width, mask.height) else {
        throw DatasetsError.malformed(
          file: file(index), position: "header",
          reason: "the mask has \(mask.width)x\(mask.height) pixels, the film "
            + "\(film.width)x\(film.height)")
      }
      guard mask.pixels.contains(1) else {
        throw DatasetsError.malformed(
          file: file(index), position: "pixels", reason: "no pixel of the mask is on a lung")
      }
    }
    return LungFilms(names: names, films: films.map(\.squared), masks: masks.map(\.squared))
  }

  /// Returns the films in a size, contrast stretched so that the 5 % and the 95 % quantile of each
  /// become 0 and 1, as the hands-on did; a pixel is lung where half of it is.
  public func prepared(size: Int) -> LungFilms {
    LungFilms(
      names: names,
      films: films.map { film in
        let small = film.resized(width: size, height: size, by: .box)
        let order = small.pixels.sorted()
        let (low, high) = (order[order.count / 20], order[order.count - 1 - order.count / 20])
        return small.mapped { min(max(($0 - low) / max(high - low, 1e-6), 0), 1) }
      },
      masks: masks.map {
        $0.resized(width: size, height: size, by: .box).mapped { $0 >= 0.5 ? 1 : 0 }
      })
  }

  /// Returns some of the films.
  public func picked(_ indices: some Sequence<Int>) -> LungFilms {
    let indices = Array(indices)
    return LungFilms(
      names: indices.map { names[$0] }, films: indices.map { films[$0] },
      masks: indices.map { masks[$0] })
  }
}
