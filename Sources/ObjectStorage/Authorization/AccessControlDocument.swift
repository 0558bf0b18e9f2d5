internal import HTTPSemantics
internal import S3Documents

/// An access control list as a document (`AccessControlPolicy`) and as header fields (`x-amz-acl`, `x-amz-grant-…`).
struct AccessControlDocument {
  /// The accounts that there are: names by canonical id.
  let accounts: [String: String]

  private static let everybody = "http://acs.amazonaws.com/groups/global/AllUsers"
  private static let authenticated = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"

  // MARK: Fields

  /// What the fields of a request ask for; nil where they ask for nothing.
  func list(_ fields: HeaderFields) throws(S3Error) -> AccessControlList? {
    let grants = try self.grants(fields)
    guard let name = fields["x-amz-acl"] else { return grants.isEmpty ? nil : .grants(grants) }
    guard grants.isEmpty else {
      throw .invalidRequest("Specifying both Canned ACLs and Header Grants is not allowed")
    }
    guard let canned = CannedACL(rawValue: name) else {
      throw .invalidArgument("The canned ACL is not known.", name: "x-amz-acl", value: name)
    }
    return .canned(canned)
  }

  private static let fieldNames: [(String, AccessControlList.Permission)] = [
    ("x-amz-grant-read", .read), ("x-amz-grant-write", .write), ("x-amz-grant-read-acp", .readACL),
    ("x-amz-grant-write-acp", .writeACL), ("x-amz-grant-full-control", .fullControl),
  ]

  private func grants(_ fields: HeaderFields) throws(S3Error) -> [AccessControlList.Grant] {
    var grants: [AccessControlList.Grant] = []
    for (name, permission) in Self.fieldNames {
      for item in (fields.list(of: name) ?? "").split(separator: ",") {
        let parts = item.split(separator: "=", maxSplits: 1).map { String($0).trimmingSpaces }
        guard parts.count == 2 else { throw .invalidArgument("Argument format not recognized", name: name) }
        let value = String(parts[1].filter { $0 != "\"" })
        grants.append(.init(grantee: try grantee(parts[0].lowercased(), value), permission: permission))
      }
    }
    return grants
  }

  private func grantee(_ kind: String, _ value: String) throws(S3Error) -> AccessControlList.Grantee {
    switch (kind, value) {
    case ("uri", Self.everybody): return .everybody
    case ("uri", Self.authenticated): return .authenticated
    case ("uri", _): throw .invalidArgument("Invalid group uri", name: "uri", value: value)
    case ("id", _):
      guard accounts[value] != nil else { throw .invalidArgument("Invalid id", name: "id", value: value) }
      return .account(value)
    case ("emailaddress", _): throw .unresolvableGrantByEmailAddress(value)
    default: throw .invalidArgument("Argument format not recognized", name: kind, value: value)
    }
  }

  // MARK: Documents

  /// Reads a document. The owner that it names has to be the owner that there is.
  func list(_ document: [UInt8], owner: String) throws(S3Error) -> AccessControlList {
    guard let root = try? XMLParser.parse(document), root.name == "AccessControlPolicy",
      let list = root.first("AccessControlList")
    else { throw .malformedACLError() }
    if let id = root.first("Owner")?.first("ID")?.text, id != Caller.canonicalID(owner) { throw .accessDenied() }
    var grants: [AccessControlList.Grant] = []
    for grant in list.all("Grant") {
      guard let grantee = grant.first("Grantee"),
        let permission = AccessControlList.Permission(rawValue: grant.first("Permission")?.text ?? "")
      else { throw .malformedACLError() }
      let whom: AccessControlList.Grantee
      if let uri = grantee.first("URI") {
        whom = try self.grantee("uri", uri.text)
      } else if let id = grantee.first("ID") {
        whom = try self.grantee("id", id.text)
      } else if let address = grantee.first("EmailAddress") {
        whom = try self.grantee("emailaddress", address.text)
      } else {
        throw .malformedACLError()
      }
      grants.append(.init(grantee: whom, permission: permission))
    }
    return .grants(grants)
  }

  /// Writes a list.
  func write(_ list: AccessControlList, owner: String, bucketOwner: String) -> [UInt8] {
    XMLWriter.document("AccessControlPolicy") { xml in
      xml.element("Owner") { xml in
        xml.element("ID", Caller.canonicalID(owner))
        xml.element("DisplayName", owner)
      }
      xml.element("AccessControlList") { xml in
        for grant in list.grants(owner: owner, bucketOwner: bucketOwner) {
          xml.element("Grant") { xml in
            write(grant.grantee, &xml)
            xml.element("Permission", grant.permission.rawValue)
          }
        }
      }
    }
  }

  private func write(_ grantee: AccessControlList.Grantee, _ xml: inout XMLWriter) {
    let namespace = "http://www.w3.org/2001/XMLSchema-instance"
    switch grantee {
    case .account(let id):
      xml.element("Grantee", attributes: ["xmlns:xsi": namespace, "xsi:type": "CanonicalUser"]) { xml in
        xml.element("ID", id)
        xml.element(optional: "DisplayName", accounts[id])
      }
    case .everybody, .authenticated:
      xml.element("Grantee", attributes: ["xmlns:xsi": namespace, "xsi:type": "Group"]) { xml in
        xml.element("URI", grantee == .everybody ? Self.everybody : Self.authenticated)
      }
    }
  }
}
