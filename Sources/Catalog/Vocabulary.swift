import Casework

/// The terms that a column of the table of use cases may hold.
///
/// Terms compare exactly. A new term is added here, in the order of the alphabet.
public enum Vocabulary: String, Sendable, CaseIterable {
  case goal, algorithms, field, tools

  /// The permitted terms.
  public var terms: [String] {
    switch self {
    case .goal:
      [
        "Anomaly detection", "Classification", "Clustering", "Control", "Data Compression",
        "Denoising", "Density estimation", "Differential equations", "Explainability",
        "Generation", "Out-of-distribution detection", "Regression", "Segmentation",
        "Self-supervised", "Standardisation", "Super resolution", "Technological",
      ]
    case .algorithms:
      [
        "Autoencoder", "BDT", "CNN", "DNN", "DQN", "Fisher", "GNN", "GP", "Grid", "LIME", "LSTM",
        "MLP", "NLP", "NN", "PINN", "Q-learning", "REINFORCE", "RNN", "Random",
        "Random forest", "SARSA", "Saliency", "SmoothGrad", "Successive halving", "TPE",
        "Transformer", "U-Net", "VAE", "ViT",
      ]
    case .field:
      [
        "Computer Vision", "Computing", "General Relativity", "High Energy Physics",
        "Mathematical Physics", "Medical Physics",
      ]
    case .tools:
      [
        "BigDL", "Hopaas", "Keras", "Optuna", "PyTorch", "Python Keras", "ROOT", "Rake",
        "Scikit-learn", "Spark", "TF", "TF2", "Tensorflow", "Word2Vec", "none", "sklearn",
      ]
    }
  }

  /// What stands between two terms of the column, as people wrote it.
  private var separators: [String] {
    switch self {
    case .goal: [", ", " and "]
    case .algorithms, .tools: [", ", " + "]
    case .field: [", "]
    }
  }

  /// The terms of a column's text.
  ///
  /// A remark in brackets belongs to the text and not to the term (`PyTorch (inferred)` holds
  /// `PyTorch`). A goal after the first may start with a small letter, as in a sentence: the term
  /// starts with a capital, so that `Density estimation and classification` is found with the
  /// other classifications.
  public func terms(of text: String) -> [String] {
    guard !text.isEmpty else { return [] }
    let terms = Self.split(Self.withoutRemarks(text), at: separators)
    guard self == .goal else { return terms }
    return terms.enumerated().map { index, term in
      index == 0 ? term : term.prefix(1).uppercased() + term.dropFirst()
    }
  }

  private static func withoutRemarks(_ text: String) -> String {
    var rest = ""
    var depth = 0
    for letter in text {
      if letter == "(" {
        depth += 1
        if rest.hasSuffix(" ") { rest.removeLast() }
      } else if letter == ")", depth > 0 {
        depth -= 1
      } else if depth == 0 {
        rest.append(letter)
      }
    }
    return rest
  }

  private static func split(_ text: String, at separators: [String]) -> [String] {
    var terms = [""]
    var rest = text[...]
    while let letter = rest.first {
      if let separator = separators.first(where: { rest.hasPrefix($0) }) {
        terms.append("")
        rest = rest.dropFirst(separator.count)
      } else {
        terms[terms.count - 1].append(letter)
        rest = rest.dropFirst()
      }
    }
    return terms
  }
}

/// What metric names mean everywhere in the catalogue, as far as one value can be the better one.
enum Glossary {
  /// Names and the beginnings of names; the longest that fits a metric is meant.
  private static let senses: [String: Metric.Better] = [
    "accuracy": .higher, "ams": .higher, "ari": .higher, "auc": .higher, "auc_error": .lower,
    "average_precision": .higher, "border_dice": .higher, "cross_entropy": .lower,
    "deletion_auc": .lower, "dice": .higher, "elbo": .higher, "energy_inside": .higher,
    "entropy_ratio": .higher, "f1": .higher, "fpr": .lower, "fpr95": .lower, "gain": .higher,
    "insertion_auc": .higher, "iou": .higher, "mae": .lower, "max_abs_dp": .lower,
    "max_abs_dq": .lower, "max_abs_dw": .lower, "mistag_at_70": .lower, "mse": .lower,
    "nll": .lower, "pointing_game": .higher, "precision": .higher, "psnr": .higher,
    "psnr_gain": .higher, "recall": .higher, "regret": .lower, "relative_l2": .lower,
    "residual_variance": .lower, "return_mean": .higher, "sigma_s": .lower,
    "success_rate": .higher, "tpr": .higher,
  ]

  /// Returns the name in the glossary that a metric's name is or starts with, and its sense.
  static func sense(of metric: String) -> (stem: String, better: Metric.Better)? {
    senses
      .filter { metric == $0.key || metric.hasPrefix($0.key + "_") }
      .max { $0.key.count < $1.key.count }
      .map { ($0.key, $0.value) }
  }
}
