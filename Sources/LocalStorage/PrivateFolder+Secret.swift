public import Storage
internal import Digests
internal import DurableFiles
internal import Posix

extension PrivateFolder {
  static let secretName = "secret"
  private static let secretLength = 32

  /// The 32 random bytes that tokens are made from: the same ones for every process, made by the first that asks.
  public func secret() throws(StorageError) -> [UInt8] {
    if let secret = try existingSecret() { return secret }
    try Self.keep(SecureRandom.bytes(PrivateFolder.secretLength), in: descriptor)
    guard let secret = try existingSecret() else {
      throw .io(.noSuchFile, context: "the secret vanished while it was made")
    }
    return secret
  }

  private func existingSecret() throws(StorageError) -> [UInt8]? {
    do throws(Errno) {
      let file = try descriptor.open(PrivateFolder.secretName, [.readOnly, .noFollow])
      let secret = try file.readAll(limit: PrivateFolder.secretLength)
      // A shorter one would make every token easy to guess.
      guard secret.count == PrivateFolder.secretLength else { throw Errno.invalidArgument }
      return secret
    } catch .noSuchFile {
      return nil
    } catch {
      throw StorageError(error, "reading the secret, \(PrivateFolder.secretLength) bytes in \(path)/secret")
    }
  }

  /// Puts a secret into a folder, unless there is one: another process was faster then.
  static func keep(_ secret: [UInt8], in folder: borrowing FileDescriptor) throws(StorageError) {
    do throws(Errno) {
      // So that it is not taken for one that was left behind.
      let lock = try folder.lockFolder()
      defer { withExtendedLifetime(lock) {} }
      try write(secret, in: folder)
    } catch .fileExists {
      // It is as good as this one.
    } catch {
      throw StorageError(error, "making the secret")
    }
  }

  /// Writes the secret before it gets its name, so that nobody reads half of one.
  private static func write(_ secret: [UInt8], in folder: borrowing FileDescriptor) throws(Errno) {
    let name = ReplacedFile.temporaryName(of: PrivateFolder.secretName)
    let file = try folder.open(name, [.readWrite, .create, .exclusive], mode: 0o600)
    defer { try? folder.unlink(name) }
    try file.setMode(0o600)
    try file.writeAll(secret)
    try file.synchronize()
    try file.link(as: PrivateFolder.secretName, in: folder)
    try folder.synchronize()
  }
}
