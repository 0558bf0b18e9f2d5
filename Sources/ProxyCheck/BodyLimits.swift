internal import HTTPSemantics
public import HTTPTransfer

/// Judges the limits on request bodies by the answers to uploads that store nothing.
public struct BodyLimits: Equatable, Sendable {
  /// The largest picture, in bytes.
  public var picture: UInt64

  /// Limits for pictures of so many bytes.
  public init(picture: UInt64) {
    self.picture = picture
  }

  /// The most that nginx should take for one picture, wrapping included.
  public var raw: UInt64 { picture + 65_536 }
  /// The most that it should take for a form of twenty pictures.
  public var form: UInt64 { raw * 20 }

  private static let remedy =
    "in nginx: client_max_body_size, in every server on the way; `vitrine-site --parts` writes it"

  /// Judges the answer to a text file as large as a picture may be: it must reach the program, which refuses it.
  public func findings(largest response: HTTPResponse) -> [Finding] {
    switch (response.status, response.json?["code"]?.stringValue) {
    case (415, "unsupported-format"?), (401, "token-required"?): return []
    case (413, _):
      return [
        Finding(
          "a body of \(picture) bytes is refused, although a picture may have them (VITRINE_MAX_UPLOAD)",
          do: Self.remedy)
      ]
    default:
      return [
        Finding(
          "a body of \(picture) bytes was answered with \(response.status) instead of the program's refusal",
          do: "see what nginx's error log says")
      ]
    }
  }

  /// Judges the answer to the announcement of a body that is just too large for one picture.
  public func findings(tooLarge response: HTTPResponse) -> [Finding] {
    guard response.status == 413 else {
      guard response.isInterim else { return [] }
      return [
        Finding(
          "nginx takes bodies that are larger than any picture may be: over \(raw) bytes",
          do: Self.remedy + " (\(raw))")
      ]
    }
    guard response.json?["code"]?.stringValue != "too-large" else { return [] }
    return [
      Finding(
        "a body that is too large is refused in words that no uploader understands (\(response.mediaType ?? "no type"))",
        do: "include errors.conf in the server block; a proxy before it should have the larger limit")
    ]
  }

  /// Judges the answer to the announcement of a form of twenty pictures.
  public func findings(form response: HTTPResponse) -> [Finding] {
    guard response.status == 413 else { return [] }
    return [Finding("a form of 20 pictures, \(form) bytes, is refused", do: Self.remedy)]
  }
}
