internal import HTTPSemantics
internal import Posix
internal import WebService

/// Metadata about pictures as people read them.
enum MetadataMarkup {
  /// A moment in UTC, with its exact form for programs.
  static func time(_ moment: Timestamp) -> Markup {
    let exact = RFC3339.format(moment.seconds)
    return "<time datetime=\"\(exact)\">\(exact.prefix(10)) \(exact.dropFirst(11).prefix(5)) UTC</time>"
  }
}
