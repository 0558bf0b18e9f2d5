/// The rule that a corrupt file breaks. The raw values are stable, for logs and tests.
public enum Corruption: String, Error, Sendable, CaseIterable {
  // Any kind.

  /// Width or height is zero. A JPEG that leaves its height to a DNL segment counts as such: no browser shows it.
  case zeroDimension = "zero-dimension"
  /// More would have to be taken out or put in than any camera or program gives reason for.
  case tooManyEdits = "too-many-edits"

  // JPEG, ITU-T T.81.

  /// A segment's length is under 2 or does not fit what the segment must hold (B.1.1.4).
  case segmentLength = "segment-length"
  /// A marker that no decoder takes: reserved, hierarchical, JPEG-LS or a second SOI (B.1.1.3).
  case unexpectedMarker = "unexpected-marker"
  /// A frame header of a coding process that decoders do not have, or with impossible values (B.2.2).
  case frameHeader = "frame-header"
  /// A second frame header (B.2.2).
  case duplicateFrame = "duplicate-frame"
  /// A scan header with impossible values, or components that the frame does not have (B.2.3).
  case scanHeader = "scan-header"
  /// A scan before the frame header (B.2.1).
  case scanBeforeFrame = "scan-before-frame"
  /// A scan needs a quantization table that was not defined (B.2.4.1).
  case missingQuantizationTable = "missing-quantization-table"
  /// A table segment with impossible values (B.2.4).
  case tableSegment = "table-segment"
  /// The end of image comes before any entropy-coded data (B.2.1).
  case noScanData = "no-scan-data"

  // PNG, third edition.

  /// A chunk's length is over 2³¹−1 or does not fit what the chunk must hold (5.3).
  case chunkLength = "chunk-length"
  /// A critical chunk's type is not four ASCII letters (5.3).
  case chunkType = "chunk-type"
  /// A critical chunk that the specification does not have (13.2).
  case unknownCriticalChunk = "unknown-critical-chunk"
  /// The CRC of a chunk that cannot be left out does not match its bytes (5.5).
  case chunkChecksum = "chunk-checksum"
  /// A critical chunk twice or out of its place (5.6).
  case chunkOrder = "chunk-order"
  /// IHDR has impossible values (11.2.1).
  case imageHeader = "image-header"
  /// The palette is missing, or its length is no multiple of 3 up to 768 (11.2.2).
  case palette
  /// No image data before IEND (11.2.3).
  case noImageData = "no-image-data"

  // GIF89a.

  /// An LZW minimum code size that decoders do not take (22).
  case codeSize = "code-size"
  /// A graphic control extension whose sub-block has the wrong size (23).
  case extensionBlock = "extension-block"
  /// The trailer comes before any image with data (27).
  case noImage = "no-image"
}
