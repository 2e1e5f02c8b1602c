package journal

import (
	"context"
	"io"

	"curfew/bus/nats"
	"curfew/internal/realm"
)

// A Place is where a journal is: in a data folder, or in a realm if that has a name.
type Place struct {
	Data    string
	Servers realm.Servers
	Realm   nats.Options
}

// ExportFrom writes the journal of a place as JSON lines, while it is used or not.
func ExportFrom(ctx context.Context, from Place, w io.Writer) error {
	if from.Realm.Realm == "" {
		return Export(ctx, from.Data, w)
	}
	nc, err := realm.Connect(from.Servers, nil)
	if err != nil {
		return err
	}
	defer nc.Close()
	return ExportRealm(ctx, nc, from.Realm, w)
}

// ImportInto makes the journal of a place, which has none and is not used, of an export.
func ImportInto(ctx context.Context, into Place, export io.ReadSeeker) (Imported, error) {
	if into.Realm.Realm == "" {
		return Import(ctx, export, into.Data)
	}
	nc, err := realm.Connect(into.Servers, nil)
	if err != nil {
		return Imported{}, err
	}
	defer nc.Close()
	return ImportRealm(ctx, export, nc, into.Realm)
}
