public import Posix
internal import Storage

/// libvips' `vipsthumbnail`, run for one picture at a time: the picture is its standard input, a file in memory its
/// output.
public struct ThumbnailProgram: Sendable {
  /// The program's name.
  public static let name = "vipsthumbnail"
  /// The Debian package that has it.
  public static let package = "libvips-tools"

  /// Limits for a process that makes a thumbnail: a picture of 100 megapixels that has to be decoded as a whole takes some
  /// 300 MB.
  public static let confinement = Confinement(
    memory: 1 << 30, processorSeconds: 20, fileSize: 4 << 20, descriptors: 64, niceness: 10)

  /// Nanoseconds that a thumbnail may take.
  private static let timeLimit: UInt64 = 30_000_000_000
  /// The most bytes of a thumbnail.
  private static let sizeLimit = 1 << 20

  private let path: String
  private let launcher: [String]

  /// Looks for the program; nil where it is not installed.
  /// - Parameter launcher: path and arguments of what confines itself and then executes the rest of its arguments.
  public static func find(launcher: [String]) -> ThumbnailProgram? {
    ProcessControl.findProgram(name).map { ThumbnailProgram(path: $0, launcher: launcher) }
  }

  /// Why there is no thumbnail.
  enum Failure: Error, Equatable {
    case system(Errno)
    case tookTooLong
    case ended(ProcessEnd)
    case noPicture
  }

  /// Makes a thumbnail; for a thread that may wait.
  func run(_ picture: borrowing FileDescriptor, _ density: ThumbnailDensity) throws(Failure) -> [UInt8] {
    let end: ProcessEnd?
    let output: [UInt8]
    do throws(Errno) {
      let target = try FileDescriptor.inMemory("thumbnail")
      end = try command(density).start(input: picture, output: target).wait(nanoseconds: Self.timeLimit)
      output = try target.readAll(limit: Self.sizeLimit)
    } catch {
      throw .system(error)
    }
    guard let end else { throw .tookTooLong }
    guard end == .exited(0) else { throw .ended(end) }
    guard let thumbnail = WebPContainer.strippingMetadata(output) else { throw .noPicture }
    return thumbnail
  }

  private func command(_ density: ThumbnailDensity) -> ChildProgram {
    let side = density.longestSide
    let conversion = [
      // Only ever smaller; the first frame of an animation; turned as its orientation says; in sRGB.
      path, "stdin", "--size", "\(side)x\(side)>", "--export-profile", "srgb",
      "--output", ".webp[Q=\(density.quality),strip,profile=none]",
    ]
    return ChildProgram(
      path: launcher.first ?? path, arguments: launcher + conversion,
      environment: [
        "LC_ALL=C", "VIPS_CONCURRENCY=1", "MALLOC_ARENA_MAX=2",
        // No loader that its authors call unsafe, and nothing on disk.
        "VIPS_BLOCK_UNTRUSTED=1", "VIPS_DISC_THRESHOLD=2g",
      ])
  }
}

extension ThumbnailDensity {
  /// The longest side, in dots.
  var longestSide: Int {
    switch self {
    case .single: 256
    case .double: 512
    }
  }

  /// WebP's measure, 0 to 100. On a dense screen faults are smaller: so may be the file.
  var quality: Int {
    switch self {
    case .single: 72
    case .double: 50
    }
  }
}
