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

  /// The names of the options.
  static let names: Set<String> = ["visibility", "expires", "metadata", "token"]

  /// Takes one option. An empty value is the same as none.
  mutating func set(_ name: String, _ value: String) throws(Problem) {
    guard !value.isEmpty else { return }
    switch name {
    case "visibility":
      guard let visibility = PictureMetadata.Visibility(rawValue: value) else {
        throw Problem(.malformedRequest, .visibility)
      }
      self.visibility = visibility
    case "expires":
      guard let seconds = try? DurationText.seconds(value), (1...Self.longestLife).contains(seconds) else {
        throw Problem(.malformedRequest, .expiry)
      }
      lifetime = seconds
    case "metadata":
      guard value == "keep" || value == "strip" else {
        throw Problem(.malformedRequest, .metadata)
      }
      keepsMetadata = value == "keep"
    case "token":
      token = value
    default: break
    }
  }

  /// The options that a query names. A token does not stand there: addresses get into logs.
  static func named(in query: QueryParameters) -> Set<String> { names.subtracting(["token"]).filter(query.contains) }

  /// The options of a query.
  init(_ query: QueryParameters) throws(Problem) {
    for name in Self.named(in: query) {
      if let value = query.first(name) { try set(name, value) }
    }
  }
}
