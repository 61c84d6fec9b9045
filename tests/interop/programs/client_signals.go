// What Go's client is told by our signalling handler beside heads and bodies:
// `go run client_signals.go <origin> <ca file>`. Ends with 0 if all is as it should be.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"os"
	"strings"
)

var client *http.Client
var origin string

func main() {
	origin = os.Args[1]
	ca, err := os.ReadFile(os.Args[2])
	check(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	client = &http.Client{Transport: &http.Transport{
		ForceAttemptHTTP2: true,
		TLSClientConfig:   &tls.Config{RootCAs: roots},
	}}

	hints := ""
	trace := &httptrace.ClientTrace{
		Got1xxResponse: func(code int, header textproto.MIMEHeader) error {
			hints += fmt.Sprintf("%d %s", code, header.Get("link"))
			return nil
		},
	}
	_, body := send(httptrace.WithClientTrace(context.Background(), trace), "GET", "/hints", nil)
	expect(body == "hinted" && hints == "103 </style.css>; rel=preload", "%s %s", body, hints)

	trailed, body := send(context.Background(), "GET", "/trailers", nil)
	expect(body == "body" && trailed.Trailer.Get("x-checksum") == "abc", "%v", trailed.Trailer)

	_, body = send(context.Background(), "POST", "/checksum", strings.NewReader(strings.Repeat("a", 100_000)))
	expect(body == "100000 42", "%s", body)

	head, body := send(context.Background(), "HEAD", "/bytes/1234", nil)
	expect(body == "" && head.ContentLength == 1234, "%d", head.ContentLength)

	cancellable, cancel := context.WithCancel(context.Background())
	request, _ := http.NewRequestWithContext(cancellable, "GET", origin+"/endless", nil)
	endless, err := client.Do(request)
	check(err)
	io.ReadFull(endless.Body, make([]byte, 5000))
	cancel()
	_, err = io.ReadAll(endless.Body)
	expect(err == context.Canceled, "%v", err)

	_, body = send(context.Background(), "GET", "/leave", nil)
	expect(body == "left", "%s", body)
	client.CloseIdleConnections()
}

func send(ctx context.Context, method, path string, body io.Reader) (*http.Response, string) {
	request, err := http.NewRequestWithContext(ctx, method, origin+path, body)
	check(err)
	if body != nil {
		request.ContentLength = -1
		request.Trailer = http.Header{"X-Sum": {"42"}}
	}
	response, err := client.Do(request)
	check(err)
	defer response.Body.Close()
	expect(response.ProtoMajor == 2 && response.StatusCode == 200, "%s %s", response.Proto, response.Status)
	all, err := io.ReadAll(response.Body)
	check(err)
	return response, string(all)
}

func check(err error) {
	expect(err == nil, "%v", err)
}

func expect(holds bool, format string, values ...any) {
	if !holds {
		fmt.Fprintf(os.Stderr, format+"\n", values...)
		os.Exit(1)
	}
}
