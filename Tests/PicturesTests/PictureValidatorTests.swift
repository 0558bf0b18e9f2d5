import Glibc
import ImageStructure
import Magic
import Pictures
import Posix
import Storage
import Testing

/// The smallest GIF: one pixel.
private let pixel: [UInt8] = [
  0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0,
  0, 2, 2, 0x44, 1, 0, 0x3B,
]

@Suite struct PictureValidatorTests {
  private static let magic = try? MagicDatabase()

  private func outcome(
    of bytes: [UInt8], named fileExtension: String, limit: UInt64 = 1_000, pixels: UInt64 = 100, step: Int = .max,
    magic: MagicDatabase? = magic
  ) throws -> Result<ImageStructure, StorageError> {
    var validator = PictureValidator(
      fileExtension: fileExtension, limits: PictureLimits(bytes: limit, pixels: pixels), magic: try #require(magic))
    var rest = bytes[...]
    while !rest.isEmpty {
      validator.consume(rest.prefix(step))
      rest = rest.dropFirst(step)
    }
    do throws(StorageError) { return .success(try validator.finish()) } catch { return .failure(error) }
  }

  private func refusal(_ result: Result<ImageStructure, StorageError>) -> PictureRefusal? {
    if case .failure(.refused(.picture(let refusal))) = result { refusal } else { nil }
  }

  /// By a database that takes every GIF for something else.
  @Test func whatLibmagicCallsSomethingElseIsRefused() throws {
    let path = "/tmp/vitrine-magic-\(getpid()).txt"
    let file = try FileDescriptor.open(path, [.writeOnly, .create, .exclusive], mode: 0o600)
    defer { unlink(path) }
    try file.writeAll(Array("0 string GIF8 no picture\n!:mime application/x-other\n".utf8))
    let result = try outcome(of: pixel, named: "gif", magic: try MagicDatabase(path: path))
    #expect(refusal(result) == .content)
  }

  @Test(arguments: [1, 2, 7, .max]) func aPictureIsAcceptedHoweverItsBytesArrive(step: Int) throws {
    let structure = try outcome(of: pixel, named: "GIF", step: step).get()
    #expect(structure.kind == .gif)
    #expect(structure.width == 1 && structure.height == 1)
  }

  @Test(arguments: ["png", "jfif", "apng", ""])
  func anAllowedExtensionOfAnotherKindOrNoneIsNoObstacle(fileExtension: String) throws {
    #expect(try outcome(of: pixel, named: fileExtension).get().kind == .gif)
  }

  @Test(arguments: ["txt", "svg", "gif "]) func anotherExtensionIsRefused(fileExtension: String) throws {
    #expect(refusal(try outcome(of: pixel, named: fileExtension)) == .fileExtension)
    #expect(refusal(try outcome(of: [], named: fileExtension)) == .fileExtension)
  }

  @Test func contentThatIsNoPictureIsRefused() throws {
    #expect(refusal(try outcome(of: Array("hello".utf8), named: "gif")) == .content)
    #expect(refusal(try outcome(of: [], named: "gif")) == .empty)
    #expect(refusal(try outcome(of: pixel.dropLast(), named: "gif")) == .truncated)
  }

  @Test func theLimitIsExact() throws {
    let size = UInt64(pixel.count)
    #expect(try outcome(of: pixel, named: "gif", limit: size).get().end == size)
    #expect(refusal(try outcome(of: pixel, named: "gif", limit: size - 1)) == .tooLarge(limit: size - 1))
    #expect(refusal(try outcome(of: pixel, named: "gif", pixels: 0)) == .pixels(width: 1, height: 1, limit: 0))
  }

  @Test func theSizeDecidesWhateverElseIsWrong() throws {
    #expect(
      refusal(try outcome(of: Array(repeating: 0, count: 20), named: "txt", limit: 10, step: 4)) == .tooLarge(limit: 10)
    )
  }
}
