import Foundation
import ImageStructure
import Testing

/// An image of the fuzzer's corpus, most of them written by other programs, and what another reader says of it.
struct CorpusImage: Sendable, CustomTestStringConvertible {
  let name: String
  let width: Int
  let height: Int
  let isAnimated: Bool
  let orientation: UInt8?

  init(_ name: String, _ width: Int, _ height: Int, isAnimated: Bool = false, orientation: UInt8? = nil) {
    self.name = name
    self.width = width
    self.height = height
    self.isAnimated = isAnimated
    self.orientation = orientation
  }

  var testDescription: String { name }

  var bytes: [UInt8] {
    get throws { try [UInt8](Data(contentsOf: Self.folder.appending(path: name))) }
  }

  /// The fuzzer's seeds, so that both tests know the same images.
  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fuzzing/ImageStructure/corpus")

  /// Sizes and orientations as Pillow reads them. The names say what is in the file and who wrote it:
  /// Pillow, libjpeg-turbo, libvips, ImageMagick, ExifTool, pngcrush, gifsicle; a few were made by hand.
  static let all: [CorpusImage] = [
    .init("gif-87a-imagemagick.gif", 20, 12),
    .init("gif-animated-comment-imagemagick.gif", 20, 12, isAnimated: true),
    .init("gif-animated-local-tables-pil.gif", 9, 9, isAnimated: true),
    .init("gif-animated-loop-comment-gifsicle.gif", 11, 7, isAnimated: true),
    .init("gif-application-extension-gifsicle.gif", 11, 7),
    .init("gif-icc-imagemagick.gif", 20, 12),
    .init("gif-interlaced-gifsicle.gif", 11, 7),
    .init("gif-nul-between-frames.gif", 40, 30, isAnimated: true),
    .init("gif-pil.gif", 11, 7),
    .init("gif-screen-of-no-size.gif", 40, 30, isAnimated: true),
    .init("gif-screen-smaller-than-image.gif", 40, 30, isAnimated: true),
    .init("gif-vips.gif", 20, 12),
    .init("gif-xmp-exiftool.gif", 20, 12, isAnimated: true),
    .init("jpeg-arithmetic-cjpeg.jpg", 40, 24),
    .init("jpeg-arithmetic-progressive-cjpeg.jpg", 40, 24),
    .init("jpeg-baseline-420-optimised-pil.jpg", 33, 19),
    .init("jpeg-baseline-pil.jpg", 11, 7),
    .init("jpeg-cmyk-adobe-pil.jpg", 11, 7),
    .init("jpeg-comment-imagemagick.jpg", 20, 12),
    .init("jpeg-everything-exiftool.jpg", 11, 7, orientation: 8),
    .init("jpeg-exif-cut-inside-value-handmade.jpg", 11, 7),
    .init("jpeg-exif-orientation1-pil.jpg", 11, 7, orientation: 1),
    .init("jpeg-exif-without-orientation-pil.jpg", 11, 7),
    .init("jpeg-greyscale-pil.jpg", 11, 7),
    .init("jpeg-greyscale-progressive-restart-cjpeg.jpg", 40, 24),
    .init("jpeg-icc-pil.jpg", 11, 7),
    .init("jpeg-interlaced-trellis-vips.jpg", 20, 12, orientation: 1),
    .init("jpeg-little-endian-exif-exiftool.jpg", 19, 23, orientation: 3),
    .init("jpeg-motion-photo-tail.jpg", 11, 7),
    .init("jpeg-orientation-only-exiftool.jpg", 11, 7, orientation: 6),
    .init("jpeg-progressive-exif-gps-comment-exiftool.jpg", 11, 7, orientation: 6),
    .init("jpeg-progressive-pil.jpg", 19, 23),
    .init("jpeg-quality100-stuffing-cjpeg.jpg", 40, 24),
    .init("jpeg-restart-intervals-cjpeg.jpg", 40, 24),
    .init("jpeg-restart-vips.jpg", 20, 12, orientation: 1),
    .init("jpeg-rgb-cjpeg.jpg", 40, 24),
    .init("jpeg-second-image-tail.jpg", 11, 7),
    .init("jpeg-stray-bytes-fill-handmade.jpg", 40, 24),
    .init("jpeg-three-scans-restart-cjpeg.jpg", 40, 24),
    .init("jpeg-xmp-only-exiftool.jpg", 11, 7),
    .init("png-16bit-pil.png", 11, 7),
    .init("png-16bit-text-time-imagemagick.png", 20, 12),
    .init("png-1bit-imagemagick.png", 20, 12),
    .init("png-1bit-pil.png", 11, 7),
    .init("png-animated-pil.png", 9, 9, isAnimated: true),
    .init("png-exif-directory-behind-end-handmade.png", 11, 7),
    .init("png-greyscale-alpha-pil.png", 11, 7),
    .init("png-greyscale-pil.png", 11, 7),
    .init("png-interlaced-physical-imagemagick.png", 20, 12),
    .init("png-interlaced-vips.png", 20, 12),
    .init("png-palette-imagemagick.png", 20, 12),
    .init("png-palette-pil.png", 11, 7),
    .init("png-palette-transparent-pil.png", 11, 7),
    .init("png-palette-vips.png", 20, 12),
    .init("png-text-after-data-pngcrush.png", 20, 12),
    .init("png-text-exif-icc-pil.png", 11, 7, orientation: 6),
    .init("png-text-pngcrush.png", 20, 12),
    .init("png-text-wrong-crc.png", 64, 48),
    .init("png-transparency-too-long.png", 64, 48),
    .init("png-truecolour-alpha-pil.png", 11, 7),
    .init("png-truecolour-pil.png", 11, 7),
    .init("png-type-of-no-letters.png", 64, 48),
    .init("png-xmp-exif-exiftool.png", 11, 7, orientation: 3),
  ]
}
