/// The document `AccessControlPolicy`.
extension AccessControlPolicy {
  private static let shape = ElementShape.elements([
    "Owner": .texts("ID", "DisplayName"),
    "AccessControlList": .elements(repeated: [
      "Grant": .elements(["Grantee": .texts("ID", "DisplayName", "URI", "EmailAddress"), "Permission": .text])
    ]),
  ])

  /// Reads the document of PutBucketAcl or PutObjectAcl. Which kind of grantee one is follows from what names it; the
  /// attribute `xsi:type`, which says it too, counts for nothing.
  ///
  /// - Throws: `MalformedACLError`, `InvalidArgument` for a group that does not exist.
  public init(document bytes: [UInt8]) throws(S3Error) {
    do throws(S3Error) {
      self = try Self(try RequestDocument.parse(bytes, root: "AccessControlPolicy", Self.shape))
    } catch {
      throw error == .malformedXML ? .malformedACLError() : error
    }
  }

  private init(_ root: XMLElement) throws(S3Error) {
    guard let owner = root.first("Owner"), let list = root.first("AccessControlList") else { throw .malformedXML }
    let elements = list.all("Grant")
    guard elements.count <= Self.grantLimit else { throw .malformedXML }
    var grants: [Grant] = []
    for element in elements { grants.append(try Grant(element)) }
    self.init(
      owner: Owner(id: try owner.text(of: "ID"), displayName: try owner.optionalText(of: "DisplayName") ?? ""),
      grants: grants)
  }

  /// The document.
  public var document: [UInt8] {
    XMLWriter.document("AccessControlPolicy") { xml in
      xml.element("Owner", owner)
      xml.element("AccessControlList") { xml in
        for grant in grants { grant.write(to: &xml) }
      }
    }
  }
}

extension Grant {
  fileprivate init(_ element: XMLElement) throws(S3Error) {
    guard
      let grantee = element.first("Grantee"),
      let permission = Permission(rawValue: try element.text(of: "Permission").trimmed)
    else { throw .malformedXML }
    self.init(try Grantee(grantee), permission)
  }

  fileprivate func write(to xml: inout XMLWriter) {
    xml.element("Grant") { xml in
      let type = grantee.typeName
      xml.element(
        "Grantee",
        attributes: ["xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance", "xsi:type": type]
      ) { xml in
        switch grantee {
        case .account(let id, let displayName):
          xml.element("ID", id)
          xml.element(optional: "DisplayName", displayName)
        case .group(let group): xml.element("URI", group.rawValue)
        case .email(let address): xml.element("EmailAddress", address)
        }
      }
      xml.element("Permission", permission.rawValue)
    }
  }
}

extension Grantee {
  fileprivate init(_ element: XMLElement) throws(S3Error) {
    let names = element.children.filter { $0.name != "DisplayName" }
    guard names.count == 1 else { throw .malformedXML }
    if let id = try element.optionalText(of: "ID") {
      self = .account(id: id.trimmed, displayName: try element.optionalText(of: "DisplayName"))
    } else if let uri = try element.optionalText(of: "URI") {
      self = try Grantee(groupURI: uri.trimmed)
    } else {
      self = .email(try element.text(of: "EmailAddress").trimmed)
    }
  }

  /// The group of that URI.
  ///
  /// - Throws: `InvalidArgument`.
  init(groupURI uri: String) throws(S3Error) {
    guard let group = GranteeGroup(rawValue: uri) else {
      throw .invalidArgument("Invalid group uri", name: "uri", value: uri)
    }
    self = .group(group)
  }

  fileprivate var typeName: String {
    switch self {
    case .account: "CanonicalUser"
    case .group: "Group"
    case .email: "AmazonCustomerByEmail"
    }
  }
}
