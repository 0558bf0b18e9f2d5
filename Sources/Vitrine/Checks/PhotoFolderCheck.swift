internal import HTTPSemantics
internal import LocalStorage
internal import ProgramSettings
internal import Storage

/// Looks through all photo folders for what keeps them from being packed: a visitor would be the first to find it.
enum PhotoFolderCheck {
  /// Flaws that are named of each folder, and in all.
  private static let limitPerFolder = 10
  private static let limit = 100

  /// A line for each flaw, with the folder and the path in it.
  static func problems(_ settings: Settings) -> [String] {
    guard let root = settings.photos else { return [] }
    let folders = PhotoFolders(root: root)
    // Where the folder of folders cannot be read, the other checks say so.
    guard let names = try? folders.folders() else { return [] }
    var problems: [String] = []
    for name in names.sorted(by: { $0.text < $1.text }) {
      problems += lines(name, folders)
      if problems.count >= limit {
        return problems.prefix(limit) + ["there may be more: no further photo folders were looked at"]
      }
    }
    return problems
  }

  /// The first photo folder, by name, of which there is an archive to try.
  static func firstPackable(_ settings: Settings) -> FolderName? {
    guard let root = settings.photos else { return nil }
    let folders = PhotoFolders(root: root)
    let names = (try? folders.folders()) ?? []
    return names.sorted { $0.text < $1.text }.first { (try? folders.flaws(in: $0, limit: 1)) == [] }
  }

  private static func lines(_ name: FolderName, _ folders: PhotoFolders) -> [String] {
    do throws(StorageError) {
      let flaws = try folders.flaws(in: name, limit: limitPerFolder)
      let more = flaws.count == limitPerFolder ? ["photo folder \(name): there may be more"] : []
      return flaws.map { "photo folder \(name) cannot be packed: " + LineEscaping.escape("\($0)") } + more
    } catch .noSuchKey {
      return []
    } catch {
      return ["photo folder \(name) cannot be looked at: " + LineEscaping.escape("\(error)")]
    }
  }
}
