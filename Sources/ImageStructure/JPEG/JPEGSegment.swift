/// The marker segment that is being read (ITU-T T.81, B.1.1.4).
struct JPEGSegment: Sendable {
  let marker: JPEGMarker
  /// Offset of the first 0xFF of its marker, fill bytes included.
  var start: UInt64
  /// How many bytes its content has.
  private(set) var length = 0
  /// How many of them are still to come.
  private(set) var remaining = 0
  /// The first `marker.contentNeeded` of them.
  private(set) var content: [UInt8] = []

  init(marker: JPEGMarker, start: UInt64) {
    self.marker = marker
    self.start = start
  }

  /// Takes the content's length.
  mutating func begin(length: Int) {
    self.length = length
    remaining = length
  }

  /// Takes bytes of the content, at most `remaining`.
  mutating func take(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    content.append(bytes, range, upTo: marker.contentNeeded)
    remaining -= range.count
  }
}
