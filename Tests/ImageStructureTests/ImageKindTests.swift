import ImageStructure
import Testing

@Suite struct ImageKindTests {
  @Test(arguments: [
    ("jpg", ImageKind.jpeg), ("JPEG", .jpeg), ("Png", .png), ("gif", .gif), ("webp", nil), ("svg", nil), ("", nil),
    (".png", nil), ("php", nil), ("jfif", .jpeg), ("JPE", .jpeg), ("pjpeg", .jpeg), ("pjp", .jpeg), ("apng", .png),
    ("jp2", nil), ("jpgg", nil),
  ])
  func extensionNamesItsKind(fileExtension: String, kind: ImageKind?) {
    #expect(ImageKind.named(byExtension: fileExtension) == kind)
  }

  @Test(arguments: [
    ("image/jpeg", ImageKind.jpeg), ("image/png", .png), ("image/apng", .png), ("IMAGE/GIF", .gif),
    ("image/svg+xml", nil), ("text/x-php", nil),
  ])
  func mediaTypeNamesItsKind(mediaType: String, kind: ImageKind?) {
    #expect(ImageKind.named(byMediaType: mediaType) == kind)
  }

  @Test(arguments: ImageKind.allCases)
  func kindIsFoundAgainByItsNames(_ kind: ImageKind) {
    #expect(ImageKind.named(byExtension: kind.fileExtension) == kind)
    #expect(ImageKind.named(byMediaType: kind.mediaType) == kind)
  }
}
