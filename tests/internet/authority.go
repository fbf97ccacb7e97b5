package internet

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"sync"
	"time"
)

// authority signs certificates for whatever name is asked for.
type authority struct {
	certificateDER []byte
	parsed         *x509.Certificate
	key            *ecdsa.PrivateKey

	mu     sync.Mutex
	issued map[string]*tls.Certificate
}

// newAuthority writes the authority's own certificate, to trust, into a file.
func newAuthority(file string) (*authority, error) {
	a := &authority{issued: map[string]*tls.Certificate{}}
	var err error
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, err
	}
	template := template("the authority of a test")
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
	if a.certificateDER, err = x509.CreateCertificate(rand.Reader, template, template, a.key.Public(), a.key); err != nil {
		return nil, err
	}
	if a.parsed, err = x509.ParseCertificate(a.certificateDER); err != nil {
		return nil, err
	}
	return a, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificateDER}), 0o600)
}

func template(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
}

// certificate is a tls.Config's GetCertificate.
func (a *authority) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if known := a.issued[hello.ServerName]; known != nil {
		return known, nil
	}
	leaf := template("")
	leaf.DNSNames, leaf.KeyUsage, leaf.ExtKeyUsage = []string{hello.ServerName}, x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	der, err := x509.CreateCertificate(rand.Reader, leaf, a.parsed, a.key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	a.issued[hello.ServerName] = &tls.Certificate{Certificate: [][]byte{der, a.certificateDER}, PrivateKey: a.key}
	return a.issued[hello.ServerName], nil
}
