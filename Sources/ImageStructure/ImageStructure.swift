/// What the walk over a whole image found: the metadata of its header, where it ends,
/// and what has to go for it to be nothing but an image.
public struct ImageStructure: Sendable, Equatable {
  /// What kind of image it is, by its signature.
  public let kind: ImageKind

  /// Width in pixels as stored, before `orientation` is applied. At least 1. A GIF's is that of the canvas: the logical
  /// screen, enlarged for a first image that reaches beyond it.
  public let width: Int

  /// Height in pixels as stored, before `orientation` is applied. At least 1. A GIF's is that of the canvas.
  public let height: Int

  /// Whether it has more than one frame.
  public let isAnimated: Bool

  /// EXIF's Orientation (tag 0x0112), 1 to 8; nil where the image states none.
  public let orientation: UInt8?

  /// Offset just behind the end marker. What follows it is no part of the image.
  public let end: UInt64

  /// Offset just behind the last of the further images that the image has an index of, where all of them are there,
  /// whole, with nothing between them (CIPA DC-007: a second view, a preview, a gain map).
  public let furtherImagesEnd: UInt64?

  /// Whether something may stand behind the last code of a scan of a JPEG, as far as can be known without reading every
  /// code: a parser that follows the scans tells.
  public let isTailOdd: Bool

  /// What to take out, sorted by offset, without overlap, all of it before `end`.
  public let edits: [MetadataEdit]

  /// Its size as browsers show it, `orientation` applied.
  public var shownSize: ImageSize { ImageSize(width: width, height: height).turned(orientation) }
}
