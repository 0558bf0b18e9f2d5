internal import Digests
internal import HTTPSemantics
package import Posix
package import Storage

/// A private folder for what is under way, on the mount that it will be published on. The names in it tell whose they
/// are, so that what a process leaves behind can be removed when it is gone.
package struct StagingFolder: Sendable {
  /// The folder.
  package let folder: SharedDescriptor
  /// Where files without a name are made; nil to give all of them temporary ones.
  private let unnamedFolder: SharedDescriptor?
  private let owner: OwnerIdentity

  /// What a temporary name is for.
  package enum Purpose: String, CaseIterable {
    /// A file that is being received.
    case upload
    /// A file that is about to replace another one.
    case put
  }

  /// - Parameter unnamedFolder: a folder on the same mount where files without a name are made; nil for none of those.
  package init(_ folder: SharedDescriptor, unnamedIn unnamedFolder: SharedDescriptor?, owner: OwnerIdentity) {
    self.folder = folder
    self.unnamedFolder = unnamedFolder
    self.owner = owner
  }

  /// Begins a file that nobody can see: without a name, where the file system knows such.
  package func stage() throws(StorageError) -> StagedFile {
    do throws(Errno) {
      if let unnamedFolder {
        do throws(Errno) {
          return StagedFile(try unnamedFolder.descriptor.openUnnamed(), temporary: nil)
        } catch .notSupported, .isDirectory, .invalidArgument {
          // It gets one.
        }
      }
      let name = temporaryName(for: .upload)
      let file = try folder.descriptor.open(name, [.readWrite, .create, .exclusive, .noFollow], mode: 0o600)
      return StagedFile(file, temporary: .init(folder: folder, name: name))
    } catch {
      throw StorageError(error, "opening a staged file")
    }
  }

  /// A name that nothing else has.
  package func temporaryName(for purpose: Purpose) -> String {
    "\(purpose.rawValue)-\(owner.text)-\(Hexadecimal.encode(SecureRandom.bytes(8)))"
  }

  /// Removes the temporary files of processes that are gone.
  package func removeAbandoned(boot: String) throws(Errno) {
    for entry in try folder.descriptor.directoryEntries() {
      let name = String(decoding: entry.name, as: UTF8.self)
      guard let owner = Self.owner(of: name), owner.isGone(boot: boot) else { continue }
      // Another worker may be faster.
      do throws(Errno) { try folder.descriptor.unlink(name) } catch .noSuchFile {} catch .isDirectory {
        try removeTree(name, in: folder.descriptor)
      }
    }
  }

  /// Whose a temporary name is; nil for any other name.
  private static func owner(of name: String) -> OwnerIdentity? {
    guard let purpose = Purpose.allCases.first(where: { name.hasPrefix("\($0.rawValue)-") }),
      let end = name.lastIndex(of: "-")
    else { return nil }
    return OwnerIdentity(name[..<end].dropFirst(purpose.rawValue.utf8.count + 1))
  }
}
