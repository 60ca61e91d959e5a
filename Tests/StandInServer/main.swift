import Confluence
import Foundation
import StandIn

// A wiki to try publishing with: StandInServer [dc|cloud] [PORT] [REQUESTS BETWEEN FAILURES]
//
//   CASEBOOK_CONFLUENCE_TOKEN=NjQ3-secret-token-Zx9 casebook publish \
//     --to http://127.0.0.1:8090/confluence --space ML --insecure-http

let arguments = CommandLine.arguments.dropFirst()
let wiki = StandInWiki(arguments.first.flatMap { Flavour(rawValue: $0) } ?? .dataCenter)
wiki.edit { $0.storm = arguments.dropFirst(2).first.flatMap { Int($0) } ?? 0 }
let port = arguments.dropFirst().first.flatMap { UInt16($0) } ?? 8090
let server = try LoopbackServer(port: port) { request in
  if request.url.path() == "/pages" { return wiki.listing }
  if request.url.path() == "/edit" {
    wiki.editByHand(request.url.query(percentEncoded: false) ?? "")
    return Response(status: 200)
  }
  return wiki.answer(request)
}
print("\(wiki.flavour.name) on port \(server.port)")
while true { sleep(3600) }
