public import ImageStructure
public import Magic
public import WebService

/// Decides whether a file is a picture that is accepted: its name has no extension or one of those allowed, and libmagic
/// and the header parser both call its content the same kind of image, whole and within the limits. Bytes are taken as they
/// arrive; none are kept but the first few KiB.
public struct PictureValidator: Sendable {
  /// Bytes from the beginning that libmagic gets to see.
  private static let magicPrefix = 8_192

  private let fileExtension: String
  private let limits: PictureLimits
  private let magic: MagicDatabase
  private var parser: ImageStructureParser
  private var prefix: [UInt8] = []

  /// Bytes that came.
  public private(set) var size: UInt64 = 0
  /// Why it is refused, as far as is known by now.
  public private(set) var problem: Problem?

  /// Whether something has been seen that may not be stored as it is.
  public var hasEdits: Bool { parser.hasEdits }

  /// - Parameter fileExtension: what the file's name ends in, without the dot, in any case.
  public init(fileExtension: String, limits: PictureLimits, magic: MagicDatabase) {
    self.fileExtension = fileExtension
    self.limits = limits
    self.magic = magic
    parser = ImageStructureParser(maximumPixels: limits.pixels)
  }

  /// Takes the next bytes. A refusal is remembered: the rest is counted and thrown away.
  public mutating func consume(_ bytes: ArraySlice<UInt8>) {
    size += UInt64(bytes.count)
    guard size <= limits.bytes else {
      // The size decides, whatever else is wrong.
      problem = Problem(.tooLarge, .tooLarge(limit: limits.bytes))
      return
    }
    guard problem == nil else { return }
    guard isAllowedName else {
      problem = Self.unsupportedExtension
      return
    }
    if prefix.count < Self.magicPrefix { prefix.append(contentsOf: bytes.prefix(Self.magicPrefix - prefix.count)) }
    do throws(ImageStructureError) { try parser.consume(bytes) } catch { problem = refusal(error) }
  }

  /// Ends it.
  /// - Returns: what the file is.
  /// - Throws: why it is refused.
  public func finish() throws(Problem) -> ImageStructure {
    if let problem { throw problem }
    guard isAllowedName else { throw Self.unsupportedExtension }
    guard size > 0 else { throw Problem(.unsupportedFormat, .empty) }
    let structure: ImageStructure
    do throws(ImageStructureError) { structure = try parser.finish() } catch { throw refusal(error) }
    try confirm(structure.kind)
    return structure
  }

  /// libmagic must call it what the parser calls it.
  private func confirm(_ kind: ImageKind) throws(Problem) {
    let type: String
    do throws(MagicError) { type = try magic.mediaType(of: prefix) } catch {
      throw Problem(.internalError, context: "libmagic: \(error)")
    }
    guard type == kind.mediaType else { throw Problem(.unsupportedFormat, .content) }
  }

  /// Of a name without an extension the content tells what it is.
  private var isAllowedName: Bool {
    fileExtension.isEmpty || ImageKind.named(byExtension: fileExtension) != nil
  }

  private func refusal(_ error: ImageStructureError) -> Problem {
    switch error {
    case .notAnImage: Problem(.unsupportedFormat, .content)
    case .truncated: Problem(.invalidImage, .truncated)
    case .corrupt(let rule, _): Problem(.invalidImage, .corrupt(code: rule.rawValue))
    case .tooManyPixels(let width, let height):
      Problem(.invalidImage, .pixels(width: width, height: height, limit: limits.pixels))
    }
  }

  private static var unsupportedExtension: Problem { Problem(.unsupportedFormat, .fileExtension) }
}
