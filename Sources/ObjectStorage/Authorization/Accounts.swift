internal import S3Documents

/// The accounts that there are, by what access control lists call them.
struct Accounts: Sendable {
  private let byID: [String: Owner]

  /// The accounts of keys' names.
  init(_ names: [String]) {
    byID = Dictionary(names.map { Owner(account: $0) }.map { ($0.id, $0) }) { first, _ in first }
  }

  /// The account of a canonical id.
  subscript(id id: String) -> Owner? { byID[id] }

  /// The account of a mail address: the one whose key is named by it.
  func account(mail address: String) -> Owner? {
    address.contains("@") ? byID[Owner(account: address).id] : nil
  }
}
