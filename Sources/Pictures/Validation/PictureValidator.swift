public import ImageStructure
public import Magic
internal import Posix
public import Storage

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
  public private(set) var refusal: PictureRefusal?

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
  public mutating func consume(_ bytes: Span<UInt8>) {
    size += UInt64(bytes.count)
    guard size <= limits.bytes else {
      // The size decides, whatever else is wrong.
      refusal = .tooLarge(limit: limits.bytes)
      return
    }
    guard refusal == nil else { return }
    guard isAllowedName else {
      refusal = .fileExtension
      return
    }
    for index in 0..<min(bytes.count, Self.magicPrefix - prefix.count) { prefix.append(bytes[index]) }
    do throws(ImageStructureError) { try parser.consume(bytes) } catch { refusal = meaning(error) }
  }

  /// Takes the next bytes, as `consume(_:)` of a span does.
  public mutating func consume(_ bytes: ArraySlice<UInt8>) { consume(bytes.span) }

  /// Ends it.
  /// - Returns: what the file is.
  /// - Throws: `refused`, or `io` where libmagic failed.
  public func finish() throws(StorageError) -> ImageStructure {
    let structure: ImageStructure
    do throws(PictureRefusal) { structure = try wholeStructure() } catch { throw .refused(.picture(error)) }
    // libmagic must call it what the parser calls it.
    let type: String
    do throws(MagicError) { type = try magic.mediaType(of: prefix) } catch {
      throw .io(.inputOutput, context: "libmagic: \(error)")
    }
    guard type == structure.kind.mediaType else { throw .refused(.picture(.content)) }
    return structure
  }

  private func wholeStructure() throws(PictureRefusal) -> ImageStructure {
    if let refusal { throw refusal }
    guard isAllowedName else { throw .fileExtension }
    guard size > 0 else { throw .empty }
    do throws(ImageStructureError) { return try parser.finish() } catch { throw meaning(error) }
  }

  /// Of a name without an extension the content tells what it is.
  private var isAllowedName: Bool {
    fileExtension.isEmpty || ImageKind.named(byExtension: fileExtension) != nil
  }

  private func meaning(_ error: ImageStructureError) -> PictureRefusal {
    switch error {
    case .notAnImage: .content
    case .truncated: .truncated
    case .corrupt(let rule, _): .corrupt(rule: rule.rawValue)
    case .tooManyPixels(let width, let height): .pixels(width: width, height: height, limit: limits.pixels)
    }
  }
}
