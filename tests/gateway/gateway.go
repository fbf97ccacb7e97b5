// Package gateway plays the gateway of Azure's managed online endpoints in front
// of the real scorer: what it does to requests, answers and containers, as far
// as Microsoft documents it. Its tests check that the scorer goes well with it.
//
// The deployment's scoring route is "/", so every path is forwarded, with its method
// and query: tests/azure, which has the rule for other routes too, names the sources.
// What Azure's gateway makes of doubled slashes isn't known; here they pass as they are.
//
// Sources: "Troubleshoot online endpoints" (status codes), "CLI (v2) managed
// online deployment YAML schema" (probes, request settings) and "Manage quotas"
// (sizes) of Azure Machine Learning's documentation.
package gateway

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// Headers that the gateway reads or sets. They are written out, not taken from
// inference/api, so that a wrong one there is noticed here.
const (
	DeploymentHeader    = "azureml-model-deployment" // names the deployment, in both directions
	ModelStatusHeader   = "ms-azureml-model-error-statuscode"
	RequestIDHeader     = "x-request-id"
	ClientIDHeader      = "x-ms-client-request-id"
	maxClientID         = 40
	maxBody             = 5 << 20
	queuedPerConcurrent = 2 // requests let through for each that an instance takes at once
)

// Options are those of a deployment.
type Options struct {
	Deployment     string
	RequestTimeout time.Duration // 5 s by default, 180 s at most
	// MaxConcurrent is maxConcurrentRequestsPerInstance; Azure's default is 1.
	MaxConcurrent int
	// Key is the endpoint's, "" asks for none.
	Key       string
	Liveness  Probe
	Readiness Probe
}

// Default is what a deployment has that sets nothing.
var Default = Options{Deployment: "blue", RequestTimeout: 5 * time.Second, MaxConcurrent: 1, Liveness: DefaultProbe, Readiness: DefaultProbe}

// Gateway forwards requests to the instances that are ready.
type Gateway struct {
	Options
	instances []*Instance
	next      atomic.Uint32
	running   atomic.Int64
}

// Instance is one container of the deployment.
type Instance struct {
	URL string
	// Connections counts those that the gateway opened for requests.
	Connections atomic.Int64

	proxy       *httputil.ReverseProxy
	live, ready *health
}

// New makes a gateway over the instances and probes them until ctx ends.
func New(ctx context.Context, o Options, urls ...string) (*Gateway, error) {
	g := &Gateway{Options: o}
	for _, raw := range urls {
		target, err := url.Parse(raw)
		if err != nil {
			return nil, err
		}
		i := &Instance{URL: raw, live: &health{}, ready: &health{}}
		dialer := &net.Dialer{Timeout: 5 * time.Second}
		transport := &http.Transport{
			MaxIdleConnsPerHost: 500,
			DisableCompression:  true,
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				i.Connections.Add(1)
				return dialer.DialContext(ctx, network, address)
			},
		}
		i.proxy = &httputil.ReverseProxy{
			Transport:      transport,
			FlushInterval:  -1, // each chunk at once
			Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target) },
			ModifyResponse: g.answer,
			ErrorHandler:   g.unanswered,
		}
		context.AfterFunc(ctx, transport.CloseIdleConnections)
		g.instances = append(g.instances, i)
		go i.probe(ctx, o.Liveness, api.LivePath, i.live)
		go i.probe(ctx, o.Readiness, api.ReadyPath, i.ready)
	}
	return g, nil
}

// ServeHTTP implements http.Handler: the public side of the endpoint.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := newID()
	w.Header().Set(RequestIDHeader, id)
	if g.Key != "" && r.Header.Get("Authorization") != "Bearer "+g.Key {
		refuse(w, http.StatusUnauthorized, "key_auth_bad_header_or_token")
		return
	}
	if d := r.Header.Get(DeploymentHeader); d != "" && d != g.Deployment {
		refuse(w, http.StatusNotFound, "no deployment is named "+strconv.Quote(d))
		return
	}
	instance := g.choose()
	if instance == nil {
		refuse(w, http.StatusBadGateway, "no instance is ready")
		return
	}
	if g.running.Add(1) > int64(queuedPerConcurrent*g.MaxConcurrent*len(g.instances)) {
		g.running.Add(-1)
		refuse(w, http.StatusTooManyRequests, "too many requests are pending")
		return
	}
	defer g.running.Add(-1)
	if r.ContentLength > maxBody {
		refuse(w, http.StatusRequestEntityTooLarge, "the body is over 5 MB")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), g.RequestTimeout)
	defer cancel()
	out := r.Clone(ctx)
	out.Body = http.MaxBytesReader(w, r.Body, maxBody)
	out.Header.Del("Authorization") // checked here, not passed on
	out.Header.Set(RequestIDHeader, id)
	if len(out.Header.Get(ClientIDHeader)) > maxClientID {
		out.Header.Del(ClientIDHeader)
	}
	FullDuplex(instance.proxy).ServeHTTP(w, out)
}

// FullDuplex is a reverse proxy that may still look for more of a request's body when its
// answer begins. net/http closes the body then, at which the proxy's transport takes the
// connection to the server for broken, and cuts the answer off.
func FullDuplex(proxy http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).EnableFullDuplex() // HTTP/2 is anyway
		proxy.ServeHTTP(w, r)
	})
}

// choose takes the ready instances in turn, or nil if there is none.
func (g *Gateway) choose() *Instance {
	turn := int(g.next.Add(1))
	for k := range g.instances {
		if i := g.instances[(turn+k)%len(g.instances)]; i.ready.ok() {
			return i
		}
	}
	return nil
}

// answer turns what the container says into what the caller gets.
func (g *Gateway) answer(resp *http.Response) error {
	resp.Header.Set(DeploymentHeader, g.Deployment)
	resp.Header.Set(RequestIDHeader, resp.Request.Header.Get(RequestIDHeader))
	if resp.StatusCode != http.StatusOK {
		resp.Header.Set(ModelStatusHeader, strconv.Itoa(resp.StatusCode))
		resp.StatusCode, resp.Status = http.StatusFailedDependency, ""
	}
	return nil
}

// unanswered is called when the container gave no answer.
func (g *Gateway) unanswered(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Set(DeploymentHeader, g.Deployment)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		refuse(w, http.StatusRequestEntityTooLarge, "the body is over 5 MB")
	case errors.Is(r.Context().Err(), context.DeadlineExceeded):
		refuse(w, http.StatusRequestTimeout, "the container took longer than "+g.RequestTimeout.String())
	default:
		w.Header().Set(ModelStatusHeader, strconv.Itoa(http.StatusBadGateway))
		refuse(w, http.StatusFailedDependency, fmt.Sprintf("the container gave no answer: %v", err))
	}
}

func refuse(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	body, err := json.Marshal(map[string]any{"error": map[string]string{"code": http.StatusText(status), "message": message}})
	if err == nil {
		_, _ = w.Write(body)
	}
}

// newID is a UUID, as the gateway's ids are.
func newID() string {
	var b [16]byte
	_, _ = io.ReadFull(rand.Reader, b[:])
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
