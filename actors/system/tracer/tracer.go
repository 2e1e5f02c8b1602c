package tracer

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"

	"curfew/actors/system/follow"
	"curfew/actors/system/startstop"
	"curfew/messages"
)

// Topics are what the reader is to read.
var Topics = []messages.Topic{messages.TopicConfig, messages.TopicAttempt, messages.TopicRun}

// flushTime is how long a stop waits for the collector. One that takes what it is sent and never answers would let the
// exporter wait for as long as it may (otlptracehttp v1.47.0).
const flushTime = 3 * time.Second

// Config is what the tracer needs from the rest of the runtime.
type Config struct {
	Reader  follow.Open // of Topics, from where the runtime has recovered to
	Jobs    []*messages.Kept
	Version string      // of the program
	Fatal   func(error) // called when the log cannot be read; it must not block
	Logger  *zap.Logger
}

// A Tracer follows the log and sends spans.
type Tracer struct {
	group    *startstop.Group
	provider *sdk.TracerProvider
	log      *zap.Logger
	spans    *spans
}

// Start sends spans to the collector that the variables OTEL_EXPORTER_OTLP_… name.
func Start(ctx context.Context, c Config) (*Tracer, error) {
	c.Logger = cmp.Or(c.Logger, zap.NewNop())
	listen(c.Logger)
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	about, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithHost(), resource.WithAttributes(
		attribute.String("service.name", "curfew"), attribute.String("service.version", c.Version)), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("traces: OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	return start(c, sdk.WithBatcher(exporter), sdk.WithResource(about)), nil
}

func start(c Config, options ...sdk.TracerProviderOption) *Tracer {
	ids := &given{}
	t := &Tracer{
		group: startstop.New(0), log: c.Logger,
		provider: sdk.NewTracerProvider(append(options, sdk.WithIDGenerator(ids), sdk.WithSampler(sdk.AlwaysSample()))...),
	}
	t.spans = newSpans(t.provider.Tracer("curfew", trace.WithInstrumentationVersion(c.Version)), ids)
	for _, d := range c.Jobs {
		t.spans.define(d)
	}
	feed := follow.New("tracer", c.Reader)
	t.group.Go(func(ctx context.Context) {
		defer feed.Close()
		if err := feed.Run(ctx.Done(), t.spans.take); err != nil {
			c.Fatal(err)
		}
	})
	return t
}

// Stop sends what is left, for at most three seconds.
func (t *Tracer) Stop() {
	t.group.Stop()
	ctx, cancel := context.WithTimeout(context.Background(), flushTime)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		t.log.Warn("traces: some spans were not sent", zap.Error(err))
	}
}
