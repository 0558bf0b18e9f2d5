internal import Posix

/// Who a command acts as when root calls it on a server.
enum ServiceIdentity {
  /// Makes root the owner of the data folder, where that is somebody else, such as the service's user: what root made in
  /// there the service could not read, and what root may write says nothing of what the service may.
  /// - Returns: nil, or why it cannot be done.
  static func assumeOwner(ofDataFolder path: String) -> String? {
    guard ProcessControl.isRoot, let owner = try? fileStatus(atPath: path), owner.user != 0 else { return nil }
    do throws(Errno) {
      try ProcessControl.become(user: owner.user, group: owner.group)
      return nil
    } catch {
      return "cannot act as user \(owner.user), who owns \(path): \(error); run this as that user"
    }
  }
}
