/// What a multipart body turns out to hold, in the order of its bytes: for each part `partBegan`, any number of
/// `partData`, `partEnded`; and `finished` once, at the closing delimiter.
public enum MultipartEvent: Sendable, Equatable {
  /// A part's header section is complete.
  case partBegan(headers: PartHeaders)
  /// Some bytes of the part's content, never empty. A slice of the input, not a copy of it; where the end of one input
  /// only looked like the beginning of a delimiter, a slice of the delimiter.
  case partData(ArraySlice<UInt8>)
  /// The part's content is complete.
  case partEnded
  /// The body is complete; what may follow is ignored.
  case finished
}
