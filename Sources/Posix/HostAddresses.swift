internal import CLinux
internal import Glibc

/// The addresses of a host, as digits, in the order in which they are to be tried. It waits for whoever is asked, which may
/// take long.
/// - Parameter host: a name, or an address, which stands for itself.
/// - Returns: nothing where the name has no address.
public func addresses(ofHost host: String) -> [String] {
  var hints = unsafe addrinfo()
  unsafe hints.ai_family = AF_UNSPEC
  unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
  var found: UnsafeMutablePointer<addrinfo>?
  guard unsafe getaddrinfo(host, nil, &hints, &found) == 0 else { return [] }
  defer { unsafe freeaddrinfo(found) }
  var addresses: [String] = []
  var next = unsafe found
  while let address = unsafe next {
    var digits = [UInt8](repeating: 0, count: Int(NI_MAXHOST))
    let isNamed = unsafe digits.withUnsafeMutableBytes { buffer in
      unsafe getnameinfo(
        address.pointee.ai_addr, address.pointee.ai_addrlen, buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
        socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
    }
    let text = String(decoding: digits.prefix { $0 != 0 }, as: UTF8.self)
    if isNamed == 0, !addresses.contains(text) { addresses.append(text) }
    unsafe next = address.pointee.ai_next
  }
  return addresses
}
