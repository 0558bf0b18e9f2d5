internal import HTTPSemantics
internal import Pictures
internal import Storage
internal import WebService

/// What an uploader may ask for, in the query or in fields of the form.
struct UploadOptions: Sendable, Equatable {
  /// The longest time that a picture may be asked to live, in seconds: ten years.
  private static let longestLife: Int64 = 10 * 366 * 86_400

  var visibility = PictureMetadata.Visibility.public
  /// Seconds after which the picture vanishes; nil for never.
  var lifetime: Int64?
  var keepsMetadata = false
  /// The upload token, where it comes in a form.
  var token: String?

  /// What is asked for of the picture.
  var ofPicture: PictureOptions {
    var options = PictureOptions()
    options.visibility = visibility
    options.lifetime = lifetime
    options.keepsMetadata = keepsMetadata
    return options
  }

  // An empty value is the same as none: a form sends also the fields that were not filled in.

  private static let visibility = Parameter<PictureMetadata.Visibility?>(
    "visibility", .choice(["public", "unlisted", ""]), "Who finds the picture: an unlisted one is in no list.",
    refusal: .visibility
  ) { text in
    if text.isEmpty { return .some(nil) }
    return PictureMetadata.Visibility(rawValue: text).flatMap { $0 == .queued ? nil : .some($0) }
  }

  private static let expires = Parameter<Int64?>(
    "expires", .text(pattern: "^(\(pattern))?$"),
    "After how long the picture vanishes: seconds, or a time such as 1h or 7d, ten years at most.", refusal: .expiry
  ) { text in
    if text.isEmpty { return .some(nil) }
    guard ASCII.isDigit(text.utf8.first ?? 0), text.utf8.first != UInt8(ascii: "0"),
      !text.utf8.contains(UInt8(ascii: " ")),
      let seconds = try? DurationText.seconds(text), (1...longestLife).contains(seconds)
    else { return nil }
    return seconds
  }

  /// The times that `expires` may be.
  private static var pattern: String {
    let units: [(unit: String, seconds: Int64)] = [("[sS]?", 1), ("[mM]", 60), ("[hH]", 3_600), ("[dD]", 86_400)]
    return units.map { "(\(DecimalPattern.upTo(longestLife / $0.seconds)))\($0.unit)" }.joined(separator: "|")
  }

  private static let metadata = Parameter<Bool?>(
    "metadata", .choice(["keep", "strip", ""]), "Whether private metadata is kept; else it is removed.",
    refusal: .metadata
  ) { text in
    switch text {
    case "": .some(nil)
    case "keep": true
    case "strip": false
    default: nil
    }
  }

  private static let token = Parameter<String>.text(
    "token", "The upload token, for a form that cannot send a header field.")

  /// Those of a query. A token does not stand there: addresses get into logs.
  static let parameters = [visibility.declaration, expires.declaration, metadata.declaration]
  /// Those of a form.
  static let fields = parameters + [token.declaration]

  /// Takes one option.
  mutating func set(_ name: String, _ value: String) throws(Problem) {
    switch name {
    case Self.visibility.declaration.name:
      if let value = try Self.visibility.reading(value) { visibility = value }
    case Self.expires.declaration.name:
      if let value = try Self.expires.reading(value) { lifetime = value }
    case Self.metadata.declaration.name:
      if let value = try Self.metadata.reading(value) { keepsMetadata = value }
    case Self.token.declaration.name:
      if !value.isEmpty { token = value }
    default: break
    }
  }

  /// The options that a query names.
  static func named(in query: QueryParameters) -> Set<String> { Set(parameters.map(\.name).filter(query.contains)) }

  /// The options of a query.
  init(_ query: QueryParameters) throws(Problem) {
    for name in Self.named(in: query) {
      if let value = query.first(name) { try set(name, value) }
    }
  }
}
