/// A metric as Prometheus reads it: a name, what it counts, and a sample for each set of labels.
public struct Metric: Equatable, Sendable {
  /// Whether it only grows.
  public enum Kind: String, Sendable {
    /// A value of this moment.
    case gauge
    /// A sum since the start.
    case counter
    /// Counts of what stayed below each bound.
    case histogram
  }

  /// One value.
  public struct Sample: Equatable, Sendable {
    /// What follows the metric's name, such as `_sum`.
    var suffix = ""
    /// Label names and values.
    var labels: [(name: String, value: String)] = []
    /// The value, as it is written.
    var value: String

    /// Whether two samples read alike.
    public static func == (left: Sample, right: Sample) -> Bool { left.text(of: "") == right.text(of: "") }

    func text(of name: String) -> String {
      let list = labels.map { "\($0.name)=\"\(escaped($0.value))\"" }.joined(separator: ",")
      return "\(name)\(suffix)\(list.isEmpty ? "" : "{\(list)}") \(value)\n"
    }

    private func escaped(_ value: String) -> String {
      var result = ""
      for character in value.unicodeScalars {
        switch character {
        case "\\": result += "\\\\"
        case "\"": result += "\\\""
        case "\n": result += "\\n"
        default: result.unicodeScalars.append(character)
        }
      }
      return result
    }
  }

  let name: String
  let kind: Kind
  let help: String
  var samples: [Sample]

  init(_ name: String, _ kind: Kind, _ help: String, samples: [Sample]) {
    self.name = name
    self.kind = kind
    self.help = help
    self.samples = samples
  }

  /// A metric with a single value.
  /// - Parameters:
  ///   - name: without the program's name, which goes in front.
  ///   - help: one line.
  public init(_ name: String, _ kind: Kind, _ help: String, _ value: some BinaryInteger) {
    self.init(name, kind, help, samples: [Sample(value: String(value))])
  }

  /// A metric with a value for each value of one label.
  public init(
    _ name: String, _ kind: Kind, _ help: String, by label: String, _ values: [(String, some BinaryInteger)]
  ) {
    self.init(
      name, kind, help, samples: values.map { Sample(labels: [(label, $0.0)], value: String($0.1)) })
  }

  /// A metric with a value for some pairs of values of two labels.
  public init(
    _ name: String, _ kind: Kind, _ help: String, by first: String, _ second: String,
    _ values: [([String], some BinaryInteger)]
  ) {
    self.init(
      name, kind, help,
      samples: values.map { Sample(labels: Array(zip([first, second], $0.0)), value: String($0.1)) })
  }

  /// The text exposition of metrics (Prometheus format 0.0.4).
  static func exposition(_ metrics: [Metric]) -> String {
    var text = ""
    for metric in metrics {
      let name = "vitrine_\(metric.name)"
      text += "# HELP \(name) \(metric.help)\n# TYPE \(name) \(metric.kind.rawValue)\n"
      for sample in metric.samples { text += sample.text(of: name) }
    }
    return text
  }
}
